package dev.outlive.memory;

import dev.outlive.os.RobustMutex;
import dev.outlive.os.RobustMutex.Taken;

/** What makes one thread of one process the only one: held, or not. */
interface Mutex {
  /**
   * Returns the one of a segment, of the kind that its maker has chosen; there must be only one in
   * each process.
   *
   * @throws UnsupportedOperationException if this JVM cannot use that kind
   * @throws SharedMemoryException if it is a lock on a file that is no more
   */
  static Mutex of(Segment segment, LockNotes notes) {
    if (segment.lockKind() != SegmentLayout.ROBUST) {
      return new FileMutex(SegmentTable.openForLock(segment), notes);
    }
    if (!RobustMutex.available()) {
      throw new UnsupportedOperationException(
          "the lock of "
              + segment
              + " was made by a JVM with native access, and this one has none: start it with"
              + " --enable-native-access=ALL-UNNAMED, or its maker without");
    }
    return new KernelMutex(
        new RobustMutex(segment.header().asSlice(SegmentLayout.MUTEX_AT, RobustMutex.BYTES)));
  }

  /** Takes it if nobody has it. */
  Taken tryTake();

  /** Waits for it, at most about as long; the thread's interrupted state stays as it is. */
  Taken take(long nanos);

  /** After {@link Taken#OWNER_DIED}: makes it usable again; it is still held. */
  void repaired();

  /** Gives it back; only the thread that has it may. */
  void give();
}
