package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How soon a killed worker is known of, and its task done again. */
final class Deaths {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PAGE_BYTES = 4096;

  private Deaths() {}

  static Samples noticed(Plan plan) throws Exception {
    Samples samples = new Samples();
    int bytes = plan.units();
    WorkerWatch watch = new WorkerWatch();
    try (ProcessPool pool =
        ProcessPool.builder().workers(2).jvmArgs("-Xmx2g").listener(watch).build()) {
      for (int i = 0; i < plan.rounds(); i++) {
        String marker = plan.marker(i);
        TaskFuture<Void> busy = pool.submit(() -> hang(bytes, marker));
        long pid = awaitBusy(marker);
        Stillness.await(pid);
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        CompletableFuture<Long> exit = process.onExit().thenApply(_ -> System.nanoTime());
        long began = System.nanoTime();
        process.destroyForcibly();
        long failed = failureOf(busy);
        samples.add("notice", (watch.awaitNotice(pid) - began) / Samples.MILLIS);
        samples.add("failure", (failed - began) / Samples.MILLIS);
        samples.add("failure after the exit", (failed - exit.get()) / Samples.MILLIS);
      }
    }
    return samples;
  }

  private static long failureOf(TaskFuture<Void> busy) throws InterruptedException {
    try {
      busy.get();
      throw new AssertionError("a killed task returned");
    } catch (ExecutionException e) {
      long failed = System.nanoTime();
      if (!(e.getCause() instanceof WorkerDiedException)) {
        throw new AssertionError(e);
      }
      return failed;
    }
  }

  static Samples survived(Plan plan) throws Exception {
    Samples samples = new Samples();
    WorkerWatch watch = new WorkerWatch();
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(2)
            .warmSpares(1)
            .retry(RetryPolicy.onCrash().attempts(2))
            .listener(watch)
            .build()) {
      pool.call(() -> 0);
      for (int i = 0; i < plan.rounds(); i++) {
        String marker = plan.marker(i);
        TaskFuture<Long> task = pool.submit(() -> hangOnce(marker));
        long pid = awaitBusy(marker);
        watch.awaitReady(2); // the busy one and the spare
        for (long worker : watch.alive()) {
          Stillness.await(worker);
        }
        long began = System.nanoTime();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        samples.add("", (task.get() - began) / Samples.MILLIS);
      }
    }
    return samples;
  }

  // ---- in the worker

  /** Holds so many bytes, resident, says so in the file, and stays busy. */
  private static void hang(int bytes, String marker) throws Exception {
    byte[] memory = new byte[bytes];
    for (int at = 0; at < bytes; at += PAGE_BYTES) {
      memory[at] = 1;
    }
    Path file = Path.of(marker + ".new");
    Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
    Files.move(file, Path.of(marker), StandardCopyOption.ATOMIC_MOVE);
    Thread.sleep(PATIENCE.plusSeconds(memory.length == 0 ? 0 : memory[0]));
  }

  /** Stays busy where nobody has been yet; afterwards returns when it began. */
  private static long hangOnce(String marker) throws Exception {
    long began = System.nanoTime(); // the same clock in all processes of one machine
    if (!Files.exists(Path.of(marker))) {
      hang(0, marker);
    }
    return began;
  }

  // ---- in the program

  private static long awaitBusy(String marker)
      throws IOException, InterruptedException, TimeoutException {
    Path file = Path.of(marker).toAbsolutePath();
    Path directory = file.resolveSibling(".");
    long until = System.nanoTime() + PATIENCE.toNanos();
    try (WatchService watch = file.getFileSystem().newWatchService()) {
      var _ = directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(file)) {
        WatchKey changed = watch.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (changed == null || !changed.reset()) {
          throw new TimeoutException("no task began");
        }
      }
    }
    return Long.parseLong(Files.readString(file));
  }
}
