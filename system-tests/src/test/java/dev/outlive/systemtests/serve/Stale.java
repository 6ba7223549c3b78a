package dev.outlive.systemtests.serve;

import dev.outlive.task.Task;

/** What lies on the class path under the name of a class that a loader has. */
public final class Stale {
  private Stale() {}

  /** Returns a task that says so. */
  public static Task<Object> task() {
    return () -> "stale";
  }
}
