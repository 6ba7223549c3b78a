package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten thousand tasks under random kills, ten a second. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class TenThousandTest {
  private static final int TASKS = 10_000;
  private static final int ROUNDS = 100;
  private static final int SPARED_TASKS = 150;
  private static final long SEED = 20251120;
  private static final long KILL_EVERY_MILLIS = 100;

  /** A tenth of a millisecond of work, whose result nobody guesses. */
  static String digest(int task) throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(task).array();
    for (int i = 0; i < ROUNDS; i++) {
      bytes = sha.digest(bytes);
    }
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Kills a worker now and then, and none of them twice. Only those that have got somewhere: where
   * the machine cannot start ten workers a second, that many kills would let none get anywhere.
   */
  private static final class Killer implements Runnable {
    private final ProcessPool pool;
    private final Random random = new Random(SEED);
    private final Set<Long> killed = new HashSet<>();

    Killer(ProcessPool pool) {
      this.pool = pool;
    }

    @Override
    public void run() {
      List<Long> alive =
          pool.snapshot().workers().stream()
              .filter(worker -> worker.tasksDone() >= SPARED_TASKS)
              .flatMapToLong(worker -> worker.pid().stream())
              .filter(pid -> !killed.contains(pid))
              .boxed()
              .toList();
      if (!alive.isEmpty()) {
        long victim = alive.get(random.nextInt(alive.size()));
        ProcessHandle.of(victim)
            .filter(ProcessHandle::destroyForcibly)
            .ifPresent(handle -> killed.add(victim));
      }
    }
  }

  @Test
  void everyTaskEndsOnceWithTheDigestDueAndEveryKillIsReported() throws Exception {
    AtomicIntegerArray ends = new AtomicIntegerArray(TASKS);
    List<TaskFuture<String>> futures = new ArrayList<>(TASKS);
    long start = System.nanoTime();
    try (ProcessPool pool =
            ProcessPool.builder()
                .name("tenthousand")
                .jvmArgs(Await.QUICK_START)
                .workers(3)
                .retry(RetryPolicy.onCrash().attempts(20))
                .build();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      Killer killer = new Killer(pool);
      ScheduledFuture<?> kills =
          clock.scheduleAtFixedRate(
              killer, KILL_EVERY_MILLIS, KILL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      for (int i = 0; i < TASKS; i++) {
        int task = i;
        TaskFuture<String> future = pool.submit(() -> digest(task));
        var _ = future.whenComplete((value, error) -> ends.incrementAndGet(task));
        futures.add(future);
      }
      for (int i = 0; i < TASKS; i++) {
        assertThat(futures.get(i).get(500, TimeUnit.SECONDS)).isEqualTo(digest(i));
      }
      kills.cancel(false);
      clock.shutdown();
      assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

      int killed = killer.killed.size();
      System.out.printf(
          "10,000 tasks, %d kills, %d ms%n", killed, (System.nanoTime() - start) / 1_000_000);
      assertThat(killed).isGreaterThan(5);
      Await.until(killed + " deaths: " + pool.snapshot(), () -> pool.snapshot().deaths() >= killed);
      assertThat(pool.snapshot().deaths()).isEqualTo(killed);
      assertThat(pool.snapshot().done()).isEqualTo(TASKS);
      assertThat(pool.snapshot().failed()).isZero();
      assertThat(pool.killedTasks())
          .hasSizeLessThanOrEqualTo(killed)
          .allSatisfy(
              lost -> {
                assertThat(lost.retried()).isTrue();
                assertThat(lost.diagnosis().cause()).isEqualTo(Cause.SIGKILL);
                assertThat(killer.killed).contains(lost.diagnosis().pid().getAsLong());
              });
    }
    for (int i = 0; i < TASKS; i++) {
      assertThat(ends.get(i)).as("how often task %d has ended", i).isEqualTo(1);
    }
  }
}
