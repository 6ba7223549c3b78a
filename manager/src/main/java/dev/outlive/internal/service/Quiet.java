package dev.outlive.internal.service;

import java.util.concurrent.TimeUnit;

/**
 * A while in which only one may change an object, who has come too late often; the others wait. It
 * ends by itself, so that nobody has to be trusted to end it. Guarded by the object's monitor.
 */
final class Quiet {
  private boolean on;
  private long until;

  void begin(long nanos) {
    on = true;
    until = System.nanoTime() + nanos;
  }

  void end(Object monitor) {
    on = false;
    monitor.notifyAll();
  }

  /** Waits for its end; the monitor is let go of meanwhile. */
  void awaitEnd(Object monitor) {
    long left;
    while (on && (left = until - System.nanoTime()) > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(monitor, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return; // its caller is dead
      }
    }
  }
}
