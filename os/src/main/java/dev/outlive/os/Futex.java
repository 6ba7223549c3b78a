package dev.outlive.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for a change of a word of four bytes that processes share: futex(2).
 *
 * <p>Where there are no native calls a waiter looks again every millisecond, and waking does
 * nothing. Whoever dies while it waits leaves nothing behind. Safe for use by many threads.
 */
public final class Futex {
  private static final int WAIT = 0; // without FUTEX_PRIVATE_FLAG: between processes
  private static final int WAKE = 1;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  static final long ON_X86 = 202;

  /** The number of the system call; those of other calls go by the same table. */
  static final long NUMBER =
      switch (System.getProperty("os.arch", "")) {
        case "amd64", "x86_64" -> ON_X86;
        case "aarch64", "riscv64" -> 98;
        default -> 0; // then as without native access
      };

  private Futex() {}

  /**
   * Waits until somebody wakes, or for the time given; not at all if the word has another value
   * already. May return for no reason at all. Does not end at an interrupt of the thread where
   * there are native calls: keep the time short.
   *
   * @param word four bytes of a mapped segment, aligned
   */
  public static void await(MemorySegment word, int value, long nanos) {
    if (!wakes()) {
      LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      time.setAtIndex(JAVA_LONG, 0, nanos / TimeUnit.SECONDS.toNanos(1));
      time.setAtIndex(JAVA_LONG, 1, nanos % TimeUnit.SECONDS.toNanos(1));
      long _ = (long) Calls.FUTEX.invokeExact(NUMBER, word, WAIT, value, time);
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("futex", thrown);
    }
  }

  /** Wakes all who wait for this word. */
  public static void wakeAll(MemorySegment word) {
    if (!wakes()) {
      return;
    }
    try {
      long _ =
          (long) Calls.FUTEX.invokeExact(NUMBER, word, WAKE, Integer.MAX_VALUE, MemorySegment.NULL);
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("futex", thrown);
    }
  }

  /** Returns whether a waiter sleeps until it is woken, since there are native calls. */
  static boolean wakes() {
    return NativeAccess.enabled() && NUMBER > 0;
  }

  /** Loaded at first use. */
  private static final class Calls {
    static final MethodHandle FUTEX =
        NativeFunctions.find(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
            Linker.Option.firstVariadicArg(1));
  }
}
