package dev.outlive.testkit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's ways to harm the calling process. Loaded by the first task that wants one. */
@SuppressWarnings("restricted") // a worker has native access
final class Native {
  static final int SIGKILL = 9;
  static final int SIGSTOP = 19;

  private static final int EXTENDED = 1;
  private static final int REGEX_BYTES = 256;

  static final Native LIBC = new Native();

  private final MethodHandle kill =
      function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private final MethodHandle raise = function("raise", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private final MethodHandle abort = function("abort", FunctionDescriptor.ofVoid());
  private final MethodHandle exit = function("_exit", FunctionDescriptor.ofVoid(JAVA_INT));
  private final MethodHandle write =
      function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private final MethodHandle system = function("system", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  private final MethodHandle strlen = function("strlen", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  private final MethodHandle signal =
      function("signal", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
  private final MethodHandle sleep = function("sleep", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private final MethodHandle sleepCritical =
      function("sleep", FunctionDescriptor.of(JAVA_INT, JAVA_INT), Linker.Option.critical(false));
  private final MethodHandle regcomp =
      function("regcomp", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

  private final MethodHandle malloc = function("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));

  private Native() {}

  private static MethodHandle function(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }

  static void writeToNull() {
    MemorySegment.NULL.reinterpret(Long.BYTES).set(JAVA_LONG, 0, 0xDEADL);
  }

  void kill(int pid, int signal) {
    try {
      int answer = (int) kill.invokeExact(pid, signal);
      if (answer != 0) {
        throw new IllegalArgumentException("kill refuses signal " + signal + " to " + pid);
      }
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** To the calling thread, which therefore does not run on before the signal has its effect. */
  void raise(int signal) {
    try {
      int answer = (int) raise.invokeExact(signal);
      if (answer != 0) {
        throw new IllegalArgumentException("raise refuses signal " + signal);
      }
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void abort() {
    try {
      abort.invokeExact();
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void exit(int status) {
    try {
      exit.invokeExact(status);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  long write(int descriptor, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(JAVA_BYTE, bytes);
      return (long) write.invokeExact(descriptor, copy, (long) bytes.length);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  int close(int descriptor) {
    try {
      return (int) close.invokeExact(descriptor);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  int system(String commandLine) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) system.invokeExact(arena.allocateFrom(commandLine));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  long length(MemorySegment text) {
    try {
      return (long) strlen.invokeExact(text);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Takes that much memory for good; returns false if there is none left. */
  boolean allocates(long bytes) {
    try {
      return ((MemorySegment) malloc.invokeExact(bytes)).address() != 0;
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void ignore(int number) {
    try {
      MemorySegment before = (MemorySegment) signal.invokeExact(number, MemorySegment.ofAddress(1));
      if (before.address() == -1) {
        throw new IllegalArgumentException("signal " + number + " cannot be ignored");
      }
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void sleep(int seconds) {
    try {
      int left = (int) sleep.invokeExact(seconds);
      if (left > 0) {
        sleep(left);
      }
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void sleepCritical(int seconds) {
    try {
      int left = (int) sleepCritical.invokeExact(seconds);
      if (left > 0) {
        sleepCritical(left);
      }
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Compiles an extended regular expression, and leaks what that took. */
  int compilePattern(String pattern) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment compiled = arena.allocate(REGEX_BYTES);
      return (int) regcomp.invokeExact(compiled, arena.allocateFrom(pattern), EXTENDED);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    if (thrown instanceof RuntimeException unchecked) {
      return unchecked;
    }
    return new IllegalStateException("a native call failed", thrown);
  }
}
