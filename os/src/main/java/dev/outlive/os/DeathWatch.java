package dev.outlive.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits for the {@link DeathMark}s of many processes at once, on one daemon thread for each 127 of
 * them: futex_waitv(2) of Linux 5.16.
 *
 * <p>Where there is no such call, or no native access, nobody is told anything: the end of the link
 * and the exit are there always. The words are written by others and believed in one thing alone,
 * that their process dies: one that takes other turns than a holder does is not looked at any more.
 * Safe for use by many threads.
 */
public final class DeathWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DeathWatch.class.getName());

  /** FUTEX_WAITV_MAX, without the word that wakes the thread itself. */
  private static final int MOST = 128 - 1;

  /** One process that is watched. */
  public final class Watch implements AutoCloseable {
    private final MemorySegment word;
    private final Runnable listener;
    private int seen; // guarded by the lock of its round

    private Watch(MemorySegment word, Runnable listener) {
      this.word = word;
      this.listener = listener;
    }

    /** Watches no longer. After this the word may be unmapped; the listener may still run. */
    @Override
    public void close() {
      rounds().forEach(round -> round.remove(this));
    }
  }

  private final String thread;
  private final List<Round> rounds = new ArrayList<>(); // guarded by itself
  private boolean closed; // guarded by rounds

  /**
   * Creates one that watches nobody yet.
   *
   * @param thread the name of its threads
   */
  public DeathWatch(String thread) {
    this.thread = thread;
  }

  /**
   * Watches a process from now on, until it dies or the returned one is closed.
   *
   * @param word held by that process, now or later; it must stay mapped meanwhile
   * @param listener is told once, at most, when it dies, on a thread of this; must not block
   */
  public Watch watch(MemorySegment word, Runnable listener) {
    Watch watched = new Watch(word, listener);
    synchronized (rounds) {
      if (!closed && Futex.wakes() && rounds.stream().noneMatch(round -> round.add(watched))) {
        Round round = new Round();
        round.add(watched);
        start(round);
      }
    }
    return watched;
  }

  /** Guarded by rounds. Without a thread to be had, its exit tells that a process died. */
  private void start(Round round) {
    try {
      Thread.ofPlatform().daemon().name(thread).start(round);
      rounds.add(round);
    } catch (OutOfMemoryError noThread) {
      LOG.log(Level.DEBUG, "no thread to wait for the first notice of deaths", noThread);
    }
  }

  /** Ends the threads; nobody is told anything any more. */
  @Override
  public void close() {
    synchronized (rounds) {
      closed = true;
    }
    rounds().forEach(Round::end);
  }

  private List<Round> rounds() {
    synchronized (rounds) {
      return List.copyOf(rounds);
    }
  }

  /** As many as one call can wait for, and the thread that does. */
  private final class Round implements Runnable {
    private final List<Watch> watched = new ArrayList<>(); // guarded by this
    private boolean ended; // guarded by this
    private final MemorySegment changes = Arena.ofAuto().allocate(JAVA_INT); // counted under this

    synchronized boolean add(Watch another) {
      boolean room = watched.size() < MOST && !ended;
      if (room) {
        watched.add(another);
        wake();
      }
      return room;
    }

    synchronized void remove(Watch one) {
      if (watched.remove(one)) {
        wake();
      }
    }

    synchronized void end() {
      ended = true;
      wake();
    }

    /** Guarded by this. */
    private void wake() {
      changes.set(JAVA_INT, 0, changes.get(JAVA_INT, 0) + 1);
      Futex.wakeAll(changes);
    }

    @Override
    public void run() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment vector = arena.allocate(Calls.ENTRY_BYTES * (MOST + 1), Long.BYTES);
        MemorySegment state = Libc.callState(arena);
        boolean works = true;
        while (works) {
          List<Watch> dead = new ArrayList<>();
          int count = look(vector, dead);
          dead.forEach(one -> one.listener.run());
          works = count > 0 && (!dead.isEmpty() || Calls.await(vector, count, state));
        }
      } catch (RuntimeException | LinkageError | OutOfMemoryError failed) {
        LOG.log(
            Level.WARNING, "no first notice of deaths any more; the exit tells of them", failed);
      } finally {
        close();
      }
    }

    /**
     * Takes out who has died, and writes down for whom to wait.
     *
     * @return how many that are; 0: this has ended
     */
    private synchronized int look(MemorySegment vector, List<Watch> dead) {
      int count = 0;
      Calls.entry(vector, count++, changes.address(), changes.get(JAVA_INT, 0));
      for (Watch one : List.copyOf(watched)) {
        int word = DeathMark.read(one.word);
        if (DeathMark.isOfTheDead(word)) {
          dead.add(one);
          watched.remove(one);
        } else if (word != one.seen && one.seen != 0) {
          watched.remove(one); // no holder does that
        } else {
          one.seen = word;
          Calls.entry(vector, count++, one.word.address(), word);
        }
      }
      return ended ? 0 : count;
    }
  }

  /** Loaded at first use. */
  private static final class Calls {
    /** The same number on all architectures. */
    private static final long FUTEX_WAITV = 449;

    private static final int AGAIN = 11; // a word has changed before the wait began
    private static final int BAD_ADDRESS = 14; // one was unmapped meanwhile: it is not watched now

    // struct futex_waitv
    static final long ENTRY_BYTES = 24;
    private static final long VALUE = 0;
    private static final long ADDRESS_OF_WORD = 8;
    private static final long FLAGS = 16;
    private static final int FUTEX2_SIZE_U32 = 2; // and not FUTEX2_PRIVATE

    private static final VarHandle ERRNO =
        Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle WAIT =
        Libc.function(
            Linker.nativeLinker(),
            "syscall",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(1));

    static void entry(MemorySegment vector, int index, long address, int value) {
      long at = index * ENTRY_BYTES;
      vector.set(JAVA_LONG, at + VALUE, Integer.toUnsignedLong(value));
      vector.set(JAVA_LONG, at + ADDRESS_OF_WORD, address);
      vector.set(JAVA_LONG, at + FLAGS, FUTEX2_SIZE_U32);
    }

    /** Returns when a word has changed, or for no reason; false where this cannot be done. */
    static boolean await(MemorySegment vector, int count, MemorySegment state) {
      try {
        long answer =
            (long) WAIT.invokeExact(state, FUTEX_WAITV, vector, count, 0, MemorySegment.NULL, 0);
        int error = answer >= 0 ? 0 : (int) ERRNO.get(state, 0L);
        return error == 0 || error == AGAIN || error == BAD_ADDRESS || error == Libc.EINTR;
      } catch (Throwable thrown) {
        throw NativeFunctions.thrown("futex_waitv", thrown);
      }
    }
  }
}
