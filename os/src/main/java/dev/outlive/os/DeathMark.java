package dev.outlive.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Four bytes of a mapped file that the kernel marks when the process that holds them dies, however
 * it dies, and <em>before</em> it frees the memory of that process: a robust futex
 * (get_robust_list(2), robust-futex-ABI.rst of the kernel). {@link DeathWatch} waits for the mark.
 *
 * <pre>
 *   0 ---hold---> WAITERS | thread ---by the kernel---> WAITERS | DIED
 * </pre>
 *
 * <p>The words of the kernel's interface alone are used, none of the C library's mutex: those who
 * wait need not know how that one looks inside, and many words are waited for at once.
 */
public final class DeathMark {
  /** How many bytes a word has, and what they are aligned to. */
  public static final int BYTES = Integer.BYTES;

  /** FUTEX_WAITERS: whoever marks the word is to wake somebody. */
  private static final int WAITERS = 0x8000_0000;

  /** FUTEX_OWNER_DIED. */
  private static final int DIED = 0x4000_0000;

  // struct robust_list_head, and behind it the one entry of its list
  private static final long FIRST = 0;
  private static final long OFFSET = 8; // from an entry to its word
  private static final long PENDING = 16;
  private static final long HEAD_BYTES = 24;
  private static final long ENTRY = HEAD_BYTES;

  private static final VarHandle WORD = JAVA_INT.varHandle();

  private DeathMark() {}

  /**
   * Holds a word for this process, in the name of the calling thread: it must live as long as the
   * process, and never take a robust lock of the C library, since a thread has but one list. Where
   * there are no native calls, or the kernel knows no such list, nothing happens.
   *
   * @param word in memory that stays mapped as long as the process lives
   */
  public static void hold(MemorySegment word) {
    if (!Futex.wakes()) {
      return;
    }
    MemorySegment list = Arena.global().allocate(HEAD_BYTES + Long.BYTES, Long.BYTES);
    list.set(JAVA_LONG, FIRST, list.address() + ENTRY);
    list.set(JAVA_LONG, OFFSET, word.address() - (list.address() + ENTRY));
    list.set(JAVA_LONG, PENDING, 0);
    list.set(JAVA_LONG, ENTRY, list.address());
    try {
      int thread = (int) (long) Calls.SYSCALL.invokeExact(Calls.GET_THREAD, 0L, 0L);
      long answer = (long) Calls.SYSCALL.invokeExact(Calls.SET_LIST, list.address(), HEAD_BYTES);
      if (answer == 0) {
        WORD.setVolatile(word, 0L, WAITERS | thread); // who waits for it is woken all the same
      }
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("set_robust_list", thrown);
    }
  }

  /** Returns what is in a word. */
  static int read(MemorySegment word) {
    return (int) WORD.getVolatile(word, 0L);
  }

  /** Returns whether this was read in a word whose holder is dead, or dies. */
  static boolean isOfTheDead(int word) {
    return (word & DIED) != 0;
  }

  /** Loaded at first use. */
  private static final class Calls {
    private static final boolean X86 = Futex.NUMBER == Futex.ON_X86;
    static final long GET_THREAD = X86 ? 186 : 178;
    static final long SET_LIST = X86 ? 273 : 99;
    static final MethodHandle SYSCALL =
        NativeFunctions.find(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
  }
}
