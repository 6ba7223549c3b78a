package dev.outlive.bench.contender;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** When a process has done all that it does after its start: it uses no processor time any more. */
final class Stillness {
  private static final long STEP_NANOS = 50_000_000;
  private static final int STEPS = 6;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private Stillness() {}

  /** Waits until a process has used none for a third of a second. */
  static void await(long pid) throws TimeoutException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    Duration before = Duration.ZERO;
    for (int still = 0; still < STEPS; ) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("process " + pid + " is never still");
      }
      LockSupport.parkNanos(STEP_NANOS);
      Duration now = ProcessHandle.of(pid).orElseThrow().info().totalCpuDuration().orElseThrow();
      still = now.equals(before) ? still + 1 : 0;
      before = now;
    }
  }
}
