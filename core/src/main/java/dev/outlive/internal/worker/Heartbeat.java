package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.WorkerPage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A daemon thread that gives a sign of life in the page once a second. That it is silent proves
 * nothing: a loaded machine, a debugger or a native call that holds up a safepoint silence it too.
 */
final class Heartbeat {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Heartbeat() {}

  static void start(WorkerPage page) {
    Thread.ofPlatform()
        .daemon()
        .name("outlive-heartbeat")
        .start(
            () -> {
              while (true) {
                page.beat(System.nanoTime());
                LockSupport.parkNanos(PERIOD_NANOS);
                Thread.interrupted(); // whoever interrupts all threads must not make it spin
              }
            });
  }
}
