package dev.outlive.memory;

/** How many shared locks this thread holds: when it dies the kernel frees no more than so many. */
final class HeldLocks {
  /** ROBUST_LIST_LIMIT of Linux (set_robust_list(2)). */
  private static final int MOST = 2_048;

  private static final ThreadLocal<int[]> HELD = ThreadLocal.withInitial(() -> new int[1]);

  private HeldLocks() {}

  /**
   * One more is about to be taken.
   *
   * @throws IllegalStateException if there are as many as the kernel would free
   */
  static void requireRoom(Object lock) {
    if (HELD.get()[0] >= MOST) {
      throw new IllegalStateException(
          "a thread may hold 2,048 shared locks at a time, since the kernel frees no more of them"
              + " when it dies: take the "
              + lock
              + " on another thread, or give some back first");
    }
  }

  static void taken() {
    HELD.get()[0]++;
  }

  static void given() {
    HELD.get()[0]--;
  }
}
