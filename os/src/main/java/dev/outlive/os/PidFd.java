package dev.outlive.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of one process (pidfd_open(2)), which still tells how that process ended after the
 * JDK has reaped it and forgotten all but {@code exitValue()}.
 *
 * <p>There is none without native access and off Linux. Kernels before 6.15 keep no status
 * (PIDFD_GET_INFO with PIDFD_INFO_EXIT, linux/pidfd.h): there {@link #exitStatus()} stays empty.
 * The descriptor is close-on-exec from the start. Safe for use by many threads.
 */
public final class PidFd implements AutoCloseable {
  private static final int CLOSED = -1;

  private int descriptor; // guarded by this: a closed number belongs to somebody else

  private PidFd(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Opens a process that is not reaped yet; empty where that is not possible, and when the number
   * belongs to another process by now.
   */
  public static Optional<PidFd> open(ProcessIdentity process) {
    Calls calls = NativeAccess.enabled() ? Calls.LOADED : null;
    if (calls == null) {
      return Optional.empty();
    }
    int descriptor = calls.open(Math.toIntExact(process.pid()));
    if (descriptor < 0) {
      return Optional.empty();
    }
    PidFd opened = new PidFd(descriptor);
    if (!ProcessIdentity.of(process.pid()).equals(Optional.of(process))) {
      opened.close();
      return Optional.empty();
    }
    return Optional.of(opened);
  }

  /**
   * Returns how the process ended. Known once it is reaped, so to be asked after {@code
   * Process.waitFor} returned; empty before that, on an older kernel, and after {@link #close()}.
   */
  public synchronized Optional<ExitStatus> exitStatus() {
    Calls calls = Calls.LOADED;
    return descriptor == CLOSED || calls == null ? Optional.empty() : calls.exit(descriptor);
  }

  /** Closes the descriptor; a second time does nothing. */
  @Override
  public synchronized void close() {
    Calls calls = Calls.LOADED;
    if (descriptor != CLOSED && calls != null) {
      calls.close(descriptor);
      descriptor = CLOSED;
    }
  }

  /** The system calls; loaded at first use, since each costs a program's start milliseconds. */
  private static final class Calls {
    static final @Nullable Calls LOADED = load();

    /** The same number on all architectures since Linux 5.3. */
    private static final long SYS_PIDFD_OPEN = 434;

    /** The first published size of struct pidfd_info, which every later kernel accepts. */
    private static final int INFO_BYTES = 64;

    private static final long MASK_AT = 0;
    private static final long EXIT_CODE_AT = 60;
    private static final long PIDFD_INFO_EXIT = 1 << 3;

    /** {@code _IOWR(0xFF, 11, struct pidfd_info)}. */
    private static final long PIDFD_GET_INFO = 3L << 30 | INFO_BYTES << 16 | 0xFF << 8 | 11;

    private final MethodHandle syscall;
    private final MethodHandle ioctl;
    private final MethodHandle close;

    private Calls() {
      Linker linker = Linker.nativeLinker();
      syscall =
          Libc.function(
              linker,
              "syscall",
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      ioctl =
          Libc.function(
              linker,
              "ioctl",
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
              Linker.Option.firstVariadicArg(2));
      close = Libc.function(linker, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    private static @Nullable Calls load() {
      try {
        return new Calls();
      } catch (RuntimeException | LinkageError failed) {
        return null;
      }
    }

    int open(int pid) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = Libc.callState(arena);
        return (int) (long) syscall.invokeExact(state, SYS_PIDFD_OPEN, (long) pid, 0L);
      } catch (Throwable thrown) {
        throw Libc.impossible("pidfd_open", thrown);
      }
    }

    Optional<ExitStatus> exit(int descriptor) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
        info.set(JAVA_LONG, MASK_AT, PIDFD_INFO_EXIT);
        MemorySegment state = Libc.callState(arena);
        int answer = (int) ioctl.invokeExact(state, descriptor, PIDFD_GET_INFO, info);
        // A kernel that knows the call but not this bit answers without it.
        return answer == 0 && (info.get(JAVA_LONG, MASK_AT) & PIDFD_INFO_EXIT) != 0
            ? Optional.of(ExitStatus.ofWaitStatus(info.get(JAVA_INT, EXIT_CODE_AT)))
            : Optional.empty();
      } catch (Throwable thrown) {
        throw Libc.impossible("ioctl", thrown);
      }
    }

    /** Also after an error the number is free again (close(2)). */
    void close(int descriptor) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = Libc.callState(arena);
        int ignored = (int) close.invokeExact(state, descriptor);
      } catch (Throwable thrown) {
        throw Libc.impossible("close", thrown);
      }
    }
  }
}
