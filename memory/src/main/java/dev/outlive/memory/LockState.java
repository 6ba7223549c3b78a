package dev.outlive.memory;

import dev.outlive.os.RobustMutex.Taken;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows of a {@link SharedLock}: which of its threads holds it, how often. Between
 * processes the mutex and the notes in the segment decide.
 *
 * <pre>
 *   whole, free --take--> whole, held --release--> whole, free
 *                            | death: the kernel frees the mutex, the note stays
 *                            v
 *                         whole, abandoned --next take--> broken, free    told to whoever takes it
 *                                                            | recover: take, repair
 *                                                            v
 *                         whole, held  &lt;-repaired--  broken, held        thrown: broken, free again
 *                                                            | death: broken, abandoned
 * </pre>
 *
 * <p>Whoever is at the lock has entered the mapping, so that the memory stays. Safe for use by many
 * threads. A long file, as all of the drawing is here.
 */
final class LockState {
  /** So long at most is the closing of the memory, or an interrupt, not noticed. */
  static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  static final long FOR_EVER = Long.MAX_VALUE;

  private final Segment segment;
  private final Mapping mapping;
  private final LockNotes notes;
  private volatile @Nullable Mutex mutex;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
  private int holds; // the owner's

  /** Who has lost the lock while it waited for a signal, and will come to unlock it. */
  private final Map<Thread, Integer> forfeited = new WeakHashMap<>(); // guarded by itself

  LockState(Segment segment) {
    this.segment = segment;
    this.mapping = segment.mapping();
    this.notes = new LockNotes(segment.header());
  }

  LockNotes notes() {
    return notes;
  }

  boolean isMine() {
    return Thread.currentThread().equals(owner.get());
  }

  boolean reenter() {
    if (!isMine()) {
      return false;
    }
    if (holds == Integer.MAX_VALUE) {
      throw new IllegalStateException("held " + holds + " times already");
    }
    holds++;
    return true;
  }

  boolean tryFor(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (reenter() || settle(acquire(0))) {
      return true;
    }
    long start = System.nanoTime();
    long left = nanos;
    while (left > 0) {
      if (settle(acquire(Math.min(left, SLICE_NANOS)))) {
        return true;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      left = nanos == FOR_EVER ? FOR_EVER : nanos - (System.nanoTime() - start);
    }
    return false;
  }

  void unlock() {
    if (!isMine()) {
      if (!forgive()) {
        throw notOwner();
      }
    } else if (--holds == 0) {
      release();
      mapping.leave();
    }
  }

  boolean lockOrRecover(Consumer<? super OwnerDiedException> repair) {
    if (reenter()) {
      return false;
    }
    Taken taken = acquire(FOR_EVER);
    noteDeath(taken);
    own(1);
    if (!notes.isBroken()) {
      return false;
    }
    boolean repaired = false;
    try {
      repair.accept(notes.death(segment.toString()));
      repaired = isMine();
    } finally {
      if (repaired) {
        notes.mend();
        holds = 1;
      } else if (isMine()) {
        holds = 0;
        release();
        mapping.leave();
      }
    }
    if (!repaired) {
      throw new IllegalMonitorStateException(
          "the handler has given the " + this + " back: it is not held, and not repaired");
    }
    return true;
  }

  /** Enters the mapping, and stays there unless the answer is BUSY. */
  Taken acquire(long nanos) {
    if (!mapping.enter()) {
      throw segment.closed(null);
    }
    Taken taken = Taken.BUSY;
    try {
      Mutex mine = means();
      if (segment.lockKind() == SegmentLayout.ROBUST) {
        HeldLocks.requireRoom(this);
      }
      taken = mine.tryTake();
      long left = nanos;
      while (taken == Taken.BUSY && left > 0) {
        taken = mine.take(Math.min(left, SLICE_NANOS));
        if (taken == Taken.BUSY) {
          requireOpen();
        }
        left = nanos == FOR_EVER ? FOR_EVER : left - SLICE_NANOS;
      }
      return taken;
    } finally {
      if (taken == Taken.BUSY) {
        mapping.leave();
      }
    }
  }

  /** The lock is taken, or not: makes it this thread's, unless it is broken. */
  boolean settle(Taken taken) {
    if (taken == Taken.BUSY) {
      return false;
    }
    noteDeath(taken);
    if (notes.isBroken()) {
      OwnerDiedException died = notes.death(segment.toString());
      means().give();
      mapping.leave();
      throw died;
    }
    own(1);
    return true;
  }

  /** The lock was taken: sees to it that a death is known, be it of a thread of this process. */
  private void noteDeath(Taken taken) {
    keepDeath(taken, means());
    Thread before = owner.get();
    if (before != null) {
      leaveFor(before);
    }
  }

  private void keepDeath(Taken taken, Mutex mine) {
    if (taken == Taken.OWNER_DIED) {
      notes.breakByHolder();
      mine.repaired();
    }
  }

  /** A thread that has died with the lock cannot leave the mapping itself. */
  private void leaveFor(Thread dead) {
    if (owner.compareAndSet(dead, null)) {
      mapping.leave();
    }
  }

  /**
   * The mapping is closed: whoever is alive leaves it by himself. A thread that has ended may still
   * hold the mutex, the main one until its process ends; then the memory stays, since the kernel
   * could not free in it what it does not find.
   */
  void closing() {
    Thread dead = owner.get();
    Mutex known = mutex;
    if (dead == null || dead.isAlive() || known == null) {
      return;
    }
    Taken taken = known.take(SLICE_NANOS);
    if (taken != Taken.BUSY) {
      keepDeath(taken, known);
      known.give();
      leaveFor(dead);
    }
  }

  private void own(int times) {
    HeldLocks.taken();
    Thread current = Thread.currentThread();
    notes.writeHolder(current);
    holds = times;
    owner.setRelease(current);
  }

  private void release() {
    HeldLocks.given();
    notes.clearHolder();
    owner.setRelease(null);
    means().give();
  }

  /** Gives the lock back for the time of a wait; the memory stays. Returns how often it is held. */
  int releaseAll() {
    if (!isMine()) {
      throw notOwner();
    }
    int times = holds;
    release();
    return times;
  }

  /** Takes the lock again after a wait, as often as before. */
  void takeAgain(int times) {
    Taken taken = means().tryTake();
    while (taken == Taken.BUSY) {
      taken = means().take(SLICE_NANOS);
    }
    noteDeath(taken);
    if (notes.isBroken()) {
      OwnerDiedException died = notes.death(segment.toString());
      means().give();
      mapping.leave();
      synchronized (forfeited) {
        forfeited.put(Thread.currentThread(), times);
      }
      throw died;
    }
    own(times);
  }

  /** Returns whether this thread has lost the lock in a wait, and so need not give it back. */
  private boolean forgive() {
    Thread current = Thread.currentThread();
    synchronized (forfeited) {
      Integer left = forfeited.remove(current);
      if (left != null && left > 1) {
        forfeited.put(current, left - 1);
      }
      return left != null;
    }
  }

  boolean isClosing() {
    return mapping.isClosed();
  }

  /** Throws if it is closed, whoever is still at it. */
  void requireOpen() {
    if (isClosing()) {
      throw segment.closed(null);
    }
  }

  IllegalMonitorStateException notOwner() {
    return new IllegalMonitorStateException(
        "thread \"" + Thread.currentThread().getName() + "\" does not hold the " + this);
  }

  /** Returns what it is, whether it is broken, and who holds it. */
  @Override
  public String toString() {
    String what = "lock of " + segment;
    try {
      return what + " (" + (notes.isBroken() ? "broken, " : "") + notes.holder() + ")";
    } catch (IllegalStateException unmapped) {
      return what + " (closed)";
    }
  }

  /** Returns what the lock is made of; what may not use it is told so. */
  private Mutex means() {
    if (Thread.currentThread().isVirtual()) {
      throw new UnsupportedOperationException(
          "a shared lock belongs to a thread of the kernel, which a virtual thread changes at will:"
              + " take it on a platform thread, as Thread.ofPlatform() makes them");
    }
    Mutex known = mutex;
    return known != null ? known : firstMeans();
  }

  /** Two of them would each keep what the other must give back. */
  private synchronized Mutex firstMeans() {
    Mutex known = mutex;
    if (known == null) {
      known = Mutex.of(segment, notes);
      mutex = known;
    }
    return known;
  }
}
