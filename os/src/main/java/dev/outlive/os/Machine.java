package dev.outlive.os;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.Linker;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What this machine offers, each fact by itself: for whoever has to explain what works here and
 * what does not. Nothing is kept; each question costs some microseconds, {@link #exitStatus} a
 * child of some milliseconds. Safe for use by many threads.
 */
public final class Machine {
  private static final Path MEMORY_PRESSURE = Path.of("/proc/pressure/memory");
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String NO_NATIVE_ACCESS =
      "native access is off: start this JVM with --enable-native-access=ALL-UNNAMED, or"
          + " =dev.outlive.os";
  private static final long CHILD_SECONDS = 5;

  private Machine() {}

  /**
   * Whether something holds.
   *
   * @param reason why not, without a full stop; empty when it holds
   */
  public record Fact(boolean holds, String reason) {
    private static Fact yes() {
      return new Fact(true, "");
    }

    private static Fact no(String reason) {
      return new Fact(false, reason);
    }
  }

  /**
   * The memory control group of this process.
   *
   * @param version of cgroups that has the memory controller, 1 or 2; 0: none can be seen
   * @param path of the group that this process is in; empty without one
   * @param directory where its files are; empty without one
   * @param limitBytes the least limit of it and of those around it; empty when there is none
   * @param killedAsOne whether one of them has memory.oom.group: when the kernel kills one process
   *     there, it kills this one too
   */
  public record MemoryController(
      int version, String path, String directory, OptionalLong limitBytes, boolean killedAsOne) {}

  /** The room of a file system. */
  public record Space(long totalBytes, long freeBytes) {}

  /** Returns the memory control group of this process. */
  public static MemoryController memoryController() {
    return memoryController(Path.of("/"));
  }

  /** Returns what lies under a directory as it does under {@code /}. */
  static MemoryController memoryController(Path root) {
    try {
      List<MemoryCgroup> groups = MemoryCgroups.under(root).of("self");
      if (!groups.isEmpty()) {
        MemoryCgroup own = groups.getFirst();
        return new MemoryController(
            own.version(),
            own.path(),
            own.directory().toString(),
            groups.stream().flatMapToLong(group -> group.limitBytes().stream()).min(),
            groups.stream().anyMatch(MemoryCgroup::killsAsOne));
      }
    } catch (IOException notLinux) {
      // there is none
    }
    return new MemoryController(0, "", "", OptionalLong.empty(), false);
  }

  /** Returns the room of {@code /dev/shm}, where segments are made; empty where there is none. */
  public static Optional<Space> sharedMemory() {
    try {
      FileStore store = Files.getFileStore(SHARED_MEMORY);
      return Optional.of(new Space(store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** Returns whether the kernel tells how long processes wait for memory (PSI). */
  public static Fact memoryPressure() {
    try {
      MemoryCgroup.text(MEMORY_PRESSURE);
      return Fact.yes();
    } catch (IOException off) {
      return Fact.no(
          Files.exists(MEMORY_PRESSURE)
              ? MEMORY_PRESSURE + " cannot be read: boot with psi=1"
              : "there is no " + MEMORY_PRESSURE + ": boot with psi=1 (CONFIG_PSI)");
    }
  }

  /** Returns whether this is Linux and this JVM may make native calls without a warning. */
  public static Fact nativeAccess() {
    if (!NativeAccess.linux()) {
      return Fact.no("this is not Linux");
    }
    return NativeAccess.enabled() ? Fact.yes() : Fact.no(NO_NATIVE_ACCESS);
  }

  /** Returns whether a process can be held by a descriptor (pidfd_open(2), Linux 5.3). */
  public static Fact pidFd() {
    if (!NativeAccess.enabled()) {
      return nativeAccess();
    }
    Optional<PidFd> self = ProcessIdentity.of(ProcessHandle.current().pid()).flatMap(PidFd::open);
    self.ifPresent(PidFd::close);
    return self.isPresent()
        ? Fact.yes()
        : Fact.no("the kernel knows no pidfd_open (Linux 5.3), or a seccomp filter forbids it");
  }

  /** Returns whether the kernel tells an exit from a signal, see {@link PidFd#exitStatus}. */
  public static Fact exitStatus() {
    Fact pidFd = pidFd();
    if (!pidFd.holds) {
      return pidFd;
    }
    if (sh().isEmpty()) {
      return Fact.no("there is no sh to try it with");
    }
    try {
      return exitStatusOfChild(sh().get())
          ? Fact.yes()
          : Fact.no("the kernel keeps no exit status in a pidfd (Linux 6.15)");
    } catch (IOException notStarted) {
      return Fact.no("no child could be started to try it with: " + notStarted.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Fact.no("interrupted while it was tried");
    }
  }

  /** The child waits for its input's end, so that it is there to be opened. */
  private static boolean exitStatusOfChild(String sh) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(sh, "-c", "read line")
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    Optional<PidFd> opened = ProcessIdentity.of(child.pid()).flatMap(PidFd::open);
    try {
      child.getOutputStream().close();
      return child.waitFor(CHILD_SECONDS, TimeUnit.SECONDS)
          && opened.flatMap(PidFd::exitStatus).isPresent();
    } finally {
      opened.ifPresent(PidFd::close);
      child.destroyForcibly();
    }
  }

  /** Returns whether the C library has mutexes that tell when their owner died holding them. */
  public static Fact robustMutexes() {
    if (!NativeAccess.enabled()) {
      return nativeAccess();
    }
    return Linker.nativeLinker().defaultLookup().find("pthread_mutexattr_setrobust").isPresent()
        ? Fact.yes()
        : Fact.no("the C library has no pthread_mutexattr_setrobust");
  }

  /** Returns the path of sh, which starts workers with a private link. */
  public static Optional<String> sh() {
    return StartLine.Programs.SH;
  }

  /** Returns the path of setsid, which gives workers sessions of their own. */
  public static Optional<String> setsid() {
    return StartLine.Programs.SETSID;
  }
}
