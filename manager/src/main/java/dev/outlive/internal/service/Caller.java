package dev.outlive.internal.service;

import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Whose call the thread of a connection carries out just now. What a call takes is noted here, so
 * that it can be given back when the client dies.
 */
public interface Caller {
  /** Returns the caller of the call that runs on this thread; null if none does. */
  static @Nullable Caller find() {
    return Callers.CURRENT.get();
  }

  /** Returns the caller of the call that runs on this thread. */
  static Caller current() {
    Caller caller = find();
    if (caller == null) {
      throw new AssertionError("not on a thread that carries out a call");
    }
    return caller;
  }

  /** Says whose calls this thread carries out from now on. */
  static void enter(Caller caller) {
    Callers.CURRENT.set(caller);
  }

  /** Returns what all connections of the calling client have in common. */
  Object client();

  /** Returns whether the client is dead, and this call is to end. */
  boolean isGone();

  /** Returns whether the call that runs is one of this object of this manager. */
  boolean isCalling(String manager, long object);

  /** The connection's thread has taken a lock once more: it lets go of it when the client dies. */
  void locked(Lock lock);

  /** The connection's thread has let go of a lock once. */
  void unlocked(Lock lock);

  /**
   * What this call returns is given back unless the client says that it has arrived.
   *
   * @param giveBack called at most once, on the connection's thread
   */
  void lend(Runnable giveBack);

  /** Has a ledger told when this client dies. */
  void tellOfDeath(Ledger ledger);
}
