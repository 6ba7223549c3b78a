package dev.outlive.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The mapping of a segment into this process, and when it ends.
 *
 * <p>Plain access needs no care: the arena makes it fail once it is closed. But while a thread
 * holds or wants the lock in it the memory must stay, since the C library links what a thread holds
 * through it. So whoever deals with the lock is counted:
 *
 * <pre>
 *   users    0..        open; so many threads hold the lock, want it, or wait for a signal
 *            MIN + n    closed: nobody may enter; the last of n who leaves unmaps
 * </pre>
 *
 * <p>Refers to nothing that refers to the segment: the cleaner closes it when that is gone. Safe
 * for use by many threads.
 */
final class Mapping implements Runnable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Arena arena;
  private final MemorySegment all;
  private final @Nullable Backing ownBacking;
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicBoolean unmapped = new AtomicBoolean();
  private volatile boolean handedOut;
  private volatile @Nullable FileChannel lockFile; // the table's lock is held to set it

  /**
   * Takes over what belongs to one mapping.
   *
   * @param ownBacking what ends with this process's use; null if it is another's
   */
  Mapping(Arena arena, MemorySegment all, @Nullable Backing ownBacking) {
    this.arena = arena;
    this.all = all;
    this.ownBacking = ownBacking;
  }

  MemorySegment all() {
    return all;
  }

  /** The lock is one on the file, and is used: it needs a descriptor for as long as the mapping. */
  void lockedBy(FileChannel file) {
    lockFile = file;
  }

  boolean isLockedByFile() {
    return lockFile != null;
  }

  boolean isHandedOut() {
    return handedOut;
  }

  /**
   * Others may have got to know of it: from now on its backing stays, whether used here or not.
   *
   * @return its backing if it ends with this process's use
   */
  @Nullable Backing handOut() {
    handedOut = true;
    return ownBacking;
  }

  boolean isClosed() {
    return users.get() < 0;
  }

  /** Returns false if it is closed. Whoever has entered must leave. */
  boolean enter() {
    if (users.incrementAndGet() > 0) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    if (users.decrementAndGet() == Integer.MIN_VALUE) {
      unmap();
    }
  }

  /**
   * From now on nobody enters. Whoever closes has the table's lock, so that no new mapping begins
   * before.
   *
   * @return whether nobody is at the lock, so that who asked has to end the mapping
   */
  boolean shut() {
    boolean unused = users.getAndUpdate(count -> count | Integer.MIN_VALUE) == 0;
    if (unused) {
      closeLockFile();
    }
    return unused;
  }

  /**
   * Ends the mapping, if it is unused, and the backing, if it is this process's.
   *
   * @param unused what {@link #shut} has said
   */
  void close(boolean unused) {
    end(unused, true);
  }

  /** Nobody here refers to it any more. */
  @Override
  public void run() {
    end(shut(), !handedOut);
  }

  private void end(boolean unused, boolean withBacking) {
    try {
      if (unused) {
        unmap();
      }
    } finally {
      if (ownBacking != null && withBacking) {
        ownBacking.end();
      }
    }
  }

  private void closeLockFile() {
    FileChannel file = lockFile;
    if (file != null) {
      SegmentTable.closeLockFile(this, file);
    }
  }

  /** A native call that has been given the segment, by the user, holds it up. */
  private void unmap() {
    if (!unmapped.compareAndSet(false, true)) {
      return;
    }
    closeLockFile();
    long end = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try {
        arena.close();
        break;
      } catch (IllegalStateException inUse) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "a native call has used the memory for more than "
                  + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS)
                  + " s: it stays mapped",
              inUse);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
