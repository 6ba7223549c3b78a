package dev.outlive.examples.cookbook;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.outlive.ProcessPool;
import dev.outlive.memory.SharedLong;
import dev.outlive.memory.SharedLongArray;
import dev.outlive.policy.RetryPolicy;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Throws darts in workers, one of which is killed every second, and counts each exactly once. */
public final class MonteCarlo {
  public static void main(String[] args) throws InterruptedException {
    try (var hits = SharedLongArray.create(200);
        var total = SharedLong.create(0);
        var pool =
            ProcessPool.builder().workers(2).retry(RetryPolicy.onCrash().attempts(50)).build();
        var killer = Executors.newScheduledThreadPool(1)) {
      var _ = killer.scheduleAtFixedRate(() -> killOne(pool), 1, 4, SECONDS);
      pool.forEach(i -> add(i, darts(i), hits, total), IntStream.range(0, 200).boxed().toList());
      System.out.println("killed at work: " + pool.killedTasks().size());
      System.out.println(total + " of 100000000 hit: pi is about " + total.get() / 2.5e7);
    }
  }

  static long darts(int seed) {
    var random = new SplittableRandom(seed);
    return random.doubles(500_000).filter(x -> Math.hypot(x, random.nextDouble()) < 1).count();
  }

  static void add(int i, long hit, SharedLongArray hits, SharedLong total) {
    total.mutex().lockOrRecover(death -> total.set(LongStream.of(hits.toArray()).sum()));
    try {
      if (hits.getAndSet(i, hit) == 0) { // a second attempt adds nothing
        total.set(total.get() + hit);
      }
    } finally {
      total.mutex().unlock();
    }
  }

  static void killOne(ProcessPool pool) {
    pool.snapshot().workers().stream()
        .flatMapToLong(worker -> worker.pid().stream())
        .limit(1)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
