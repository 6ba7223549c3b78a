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
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of the C library that Outlive calls: kill(2), waitpid(2), fcntl(2), dup2(2),
 * prctl(2).
 *
 * <p>Each answers as the kernel does: the value, or the error number with a minus sign. It is never
 * loaded where {@link NativeAccess#enabled()} is false, since loading alone would print a warning.
 * Safe for use by many threads.
 */
final class Libc {
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int SIGKILL = 9;

  private static final int WNOHANG = 1;
  private static final int F_SETFD = 2;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FD_CLOEXEC = 1;
  private static final int PR_SET_PDEATHSIG = 1;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

  private final MethodHandle kill;
  private final MethodHandle waitpid;
  private final MethodHandle fcntl;
  private final MethodHandle prctl;
  private final MethodHandle dup2;

  private Libc() {
    Linker linker = Linker.nativeLinker();
    kill = function(linker, "kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    waitpid =
        function(linker, "waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    fcntl =
        function(
            linker,
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    prctl =
        function(
            linker,
            "prctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    dup2 = function(linker, "dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  }

  /** Returns the functions, or empty where native calls are not possible or not wanted. */
  static Optional<Libc> find() {
    return NativeAccess.enabled() ? Optional.ofNullable(Loaded.LIBC) : Optional.empty();
  }

  int kill(int pid, int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      return answer((int) kill.invokeExact(state, pid, signal), state);
    } catch (Throwable thrown) {
      throw impossible("kill", thrown);
    }
  }

  /**
   * Takes one dead child out of the process table; never waits. 0: there are children, none dead.
   */
  int reap(int pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      return answer((int) waitpid.invokeExact(state, pid, MemorySegment.NULL, WNOHANG), state);
    } catch (Throwable thrown) {
      throw impossible("waitpid", thrown);
    }
  }

  int closeOnExec(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      return answer((int) fcntl.invokeExact(state, descriptor, F_SETFD, FD_CLOEXEC), state);
    } catch (Throwable thrown) {
      throw impossible("fcntl", thrown);
    }
  }

  /** Copies a descriptor to the lowest free number from this on, close-on-exec. */
  int copyAbove(int lowest, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      return answer((int) fcntl.invokeExact(state, descriptor, F_DUPFD_CLOEXEC, lowest), state);
    } catch (Throwable thrown) {
      throw impossible("fcntl", thrown);
    }
  }

  /** Makes a descriptor a copy of another one; what it was before is closed. */
  int replace(int descriptor, int by) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      return answer((int) dup2.invokeExact(state, by, descriptor), state);
    } catch (Throwable thrown) {
      throw impossible("dup2", thrown);
    }
  }

  /** Has the kernel send this signal when the parent ends; holds while the calling thread lives. */
  int signalOnParentDeath(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      return answer((int) prctl.invokeExact(state, PR_SET_PDEATHSIG, (long) signal), state);
    } catch (Throwable thrown) {
      throw impossible("prctl", thrown);
    }
  }

  private static int answer(int returned, MemorySegment state) {
    return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
  }

  /** Returns where one call is to leave its error number. */
  static MemorySegment callState(Arena arena) {
    return arena.allocate(CALL_STATE);
  }

  static AssertionError impossible(String function, Throwable thrown) {
    return new AssertionError(function + " cannot throw", thrown);
  }

  @SuppressWarnings("restricted") // reached only where native access was granted
  static MethodHandle function(
      Linker linker, String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    all[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(options, 0, all, 1, options.length);
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("no function " + name));
    return linker.downcallHandle(address, type, all);
  }

  /** Loads the functions at first use; a C library that lacks one leaves the portable way. */
  private static final class Loaded {
    static final @Nullable Libc LIBC = load();

    private static @Nullable Libc load() {
      try {
        return new Libc();
      } catch (RuntimeException | LinkageError failed) {
        Logger log = System.getLogger(Libc.class.getName());
        log.log(Level.DEBUG, "native calls do not work here, taking the portable way", failed);
        return null;
      }
    }
  }
}
