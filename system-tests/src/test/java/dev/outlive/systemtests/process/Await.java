package dev.outlive.systemtests.process;

import dev.outlive.os.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a limit that only a broken thing reaches. */
final class Await {
  static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 2_000_000;

  private Await() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    until(LIMIT, what, condition);
  }

  static void until(Duration limit, String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  static void file(Path file) throws Exception {
    until(file + " exists", () -> Files.exists(file));
  }

  static void gone(Duration limit, ProcessIdentity process) throws Exception {
    until(limit, "end of " + process, () -> !process.isAlive());
  }
}
