package dev.outlive.memory;

/**
 * Whoever held a {@link SharedLock} has died with it, and nobody has repaired since what the lock
 * guards, which may be half changed. Whoever gets this exception does <em>not</em> hold the lock.
 *
 * <p>Everybody gets it until somebody has repaired: see {@link SharedLock#recover} and {@link
 * SharedLock#lockOrRecover}.
 */
public final class OwnerDiedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** The process that died. */
  private final long pid;

  /** The thread that held the lock. */
  private final long threadId;

  /** What that thread was called. */
  private final String threadName;

  OwnerDiedException(String what, long pid, long threadId, String threadName) {
    super(
        "the lock of "
            + what
            + " was held by "
            + (pid == 0
                ? "somebody who had not yet said who, or no longer, and"
                : "process " + pid + ", thread \"" + threadName + "\" (" + threadId + "), and")
            + " died with it: what it guards may be half changed. Repair that, with"
            + " recover(handler) or lockOrRecover(handler)");
    this.pid = pid;
    this.threadId = threadId;
    this.threadName = threadName;
  }

  /**
   * Returns the process that died, or in which the thread did.
   *
   * @return 0 if it died just while it took the lock or gave it back, so that it is not known
   */
  public long pid() {
    return pid;
  }

  /**
   * Returns the number of the thread that held the lock, as {@link Thread#threadId} has it there.
   *
   * @return 0 if it is not known
   */
  public long threadId() {
    return threadId;
  }

  /**
   * Returns the name of the thread that held the lock, at most its first forty bytes.
   *
   * @return empty if it is not known
   */
  public String threadName() {
    return threadName;
  }
}
