package dev.outlive.memory;

import dev.outlive.os.RobustMutex.Taken;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The portable way: a lock on a byte of the segment's file between processes, which the kernel
 * drops when one ends, and a word between the threads of this one.
 *
 * <p>A lock on a file tells nobody that its owner has died; but who dies with it leaves its note in
 * the segment, which is cleared before the lock is given back. Waiting is looking again, every 50
 * us to 1 ms: {@code FileChannel.lock} would close the channel at an interrupt.
 */
final class FileMutex implements Mutex {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final FileChannel channel;
  private final LockNotes notes;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
  private @Nullable FileLock lock; // the owner's

  FileMutex(FileChannel channel, LockNotes notes) {
    this.channel = channel;
    this.notes = notes;
  }

  @Override
  public Taken tryTake() {
    Thread now = owner.get();
    boolean abandoned = now != null && !now.isAlive();
    if ((now != null && !abandoned) || !owner.compareAndSet(now, Thread.currentThread())) {
      return Taken.BUSY;
    }
    boolean taken = abandoned && lock != null && lock.isValid();
    try {
      if (!taken) {
        lock = channel.tryLock(SegmentLayout.MUTEX_AT, 1, false);
        taken = lock != null;
      }
    } catch (OverlappingFileLockException elsewhereInThisJvm) {
      return Taken.BUSY;
    } catch (IOException e) {
      throw new IllegalStateException("no lock on the file of a segment is to be had", e);
    } finally {
      if (!taken) {
        owner.set(null);
      }
    }
    if (!taken) {
      return Taken.BUSY;
    }
    return notes.hasHolder() ? Taken.OWNER_DIED : Taken.YES;
  }

  @Override
  public Taken take(long nanos) {
    long end = System.nanoTime() + nanos;
    long pause = FIRST_PAUSE_NANOS;
    boolean interrupted = Thread.interrupted(); // else parking ends at once
    try {
      while (true) {
        Taken taken = tryTake();
        long left = end - System.nanoTime();
        if (taken != Taken.BUSY || left <= 0) {
          return taken;
        }
        LockSupport.parkNanos(Math.min(left, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        if (Thread.interrupted()) {
          interrupted = true;
          end = System.nanoTime();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The note is all that was wrong. */
  @Override
  public void repaired() {
    notes.clearHolder();
  }

  @Override
  public void give() {
    FileLock held = lock;
    lock = null;
    try {
      if (held != null) {
        held.release();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the lock on the file of a segment cannot be given back", e);
    } finally {
      owner.set(null);
    }
  }
}
