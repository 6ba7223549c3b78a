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

/**
 * A pthread mutex in memory that processes share, which the kernel releases when the thread that
 * holds it ends, however it ends: PTHREAD_PROCESS_SHARED and PTHREAD_MUTEX_ROBUST
 * (pthread_mutexattr_setrobust(3)).
 *
 * <p>It belongs to a thread of the kernel, so no virtual thread may take one. Not reentrant. While
 * a thread holds one the memory must stay mapped: the C library links all that a thread holds to
 * each other. Only where {@link #available()}. Safe for use by many threads and processes.
 */
public final class RobustMutex {
  /** How much room one needs: 40 bytes on x86-64, 48 on arm64, and a cache line is left to it. */
  public static final int BYTES = 64;

  private static final int BUSY = 16; // errno(3), as Linux has it
  private static final int TIMED_OUT = 110;
  private static final int OWNER_DEAD = 130;
  private static final int CLOCK_MONOTONIC = 1;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What a try to take it has come to. */
  public enum Taken {
    /** It is held. */
    YES,
    /** Somebody else has it. */
    BUSY,
    /** It is held, and who held it before has died with it: see {@link #repaired}. */
    OWNER_DIED
  }

  private final MemorySegment slot;

  /**
   * Uses a mutex that some process has initialised.
   *
   * @param slot its {@value #BYTES} bytes, aligned to as many
   */
  public RobustMutex(MemorySegment slot) {
    this.slot = slot;
  }

  /** Returns whether this JVM can use them. */
  public static boolean available() {
    return Machine.robustMutexes().holds();
  }

  /** Makes a mutex, held by nobody, of memory that no other process uses yet. */
  public static void initialise(MemorySegment slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(BYTES, BYTES);
      check("pthread_mutexattr_init", (int) Setup.ATTR_INIT.invokeExact(attributes));
      check("pthread_mutexattr_setpshared", (int) Setup.SET_SHARED.invokeExact(attributes, 1));
      check("pthread_mutexattr_setrobust", (int) Setup.SET_ROBUST.invokeExact(attributes, 1));
      check("pthread_mutex_init", (int) Setup.INIT.invokeExact(slot, attributes));
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("pthread_mutex_init", thrown);
    }
  }

  /** Takes it if nobody has it. */
  public Taken tryLock() {
    try {
      return taken("pthread_mutex_trylock", (int) Calls.TRY.invokeExact(slot));
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("pthread_mutex_trylock", thrown);
    }
  }

  /**
   * Waits for it, at most for the time given. An interrupt of the thread does not end the wait, and
   * the segment cannot be closed meanwhile: keep the time short.
   */
  public Taken lock(long nanos) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment until = arena.allocate(JAVA_LONG, 2);
      long end = Calls.now() + nanos;
      until.setAtIndex(JAVA_LONG, 0, end / SECOND);
      until.setAtIndex(JAVA_LONG, 1, end % SECOND);
      return taken(
          "pthread_mutex_clocklock",
          Calls.MONOTONIC
              ? (int) Calls.TIMED.invokeExact(slot, CLOCK_MONOTONIC, until)
              : (int) Calls.TIMED.invokeExact(slot, until));
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("pthread_mutex_clocklock", thrown);
    }
  }

  /** Makes usable again, for the thread that holds it, what was taken from the dead. */
  public void repaired() {
    try {
      check("pthread_mutex_consistent", (int) Calls.CONSISTENT.invokeExact(slot));
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("pthread_mutex_consistent", thrown);
    }
  }

  /** Gives it back; only the thread that holds it may. */
  public void unlock() {
    try {
      check("pthread_mutex_unlock", (int) Calls.UNLOCK.invokeExact(slot));
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("pthread_mutex_unlock", thrown);
    }
  }

  private static Taken taken(String function, int answer) {
    return switch (answer) {
      case 0 -> Taken.YES;
      case BUSY, TIMED_OUT -> Taken.BUSY;
      case OWNER_DEAD -> Taken.OWNER_DIED;
      default -> throw failed(function, answer);
    };
  }

  private static void check(String function, int answer) {
    if (answer != 0) {
      throw failed(function, answer);
    }
  }

  private static IllegalStateException failed(String function, int answer) {
    return new IllegalStateException(
        function
            + " says error "
            + answer
            + " (errno(3)): has something else written into the memory of this lock?");
  }

  /** Loaded where a mutex is made. */
  private static final class Setup {
    private static final FunctionDescriptor WITH_INT =
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle ATTR_INIT =
        NativeFunctions.find("pthread_mutexattr_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle SET_SHARED =
        NativeFunctions.find("pthread_mutexattr_setpshared", WITH_INT);
    static final MethodHandle SET_ROBUST =
        NativeFunctions.find("pthread_mutexattr_setrobust", WITH_INT);
    static final MethodHandle INIT =
        NativeFunctions.find(
            "pthread_mutex_init", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  }

  /**
   * Loaded at first use. What never waits is called without leaving the Java state (critical),
   * which saves half of its time.
   */
  private static final class Calls {
    private static final FunctionDescriptor ONE = FunctionDescriptor.of(JAVA_INT, ADDRESS);
    private static final Linker.Option SHORT = Linker.Option.critical(false);

    /** glibc has it since 2.30, musl does not. */
    static final boolean MONOTONIC =
        Linker.nativeLinker().defaultLookup().find("pthread_mutex_clocklock").isPresent();

    static final MethodHandle TIMED =
        MONOTONIC
            ? NativeFunctions.find(
                "pthread_mutex_clocklock",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS))
            : NativeFunctions.find(
                "pthread_mutex_timedlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle TRY = NativeFunctions.find("pthread_mutex_trylock", ONE, SHORT);
    static final MethodHandle UNLOCK = NativeFunctions.find("pthread_mutex_unlock", ONE, SHORT);
    static final MethodHandle CONSISTENT =
        NativeFunctions.find("pthread_mutex_consistent", ONE, SHORT);

    /** The clock that the limit of a wait is told in; {@code nanoTime} is CLOCK_MONOTONIC. */
    static long now() {
      return MONOTONIC ? System.nanoTime() : System.currentTimeMillis() * 1_000_000;
    }
  }
}
