package dev.outlive.cli;

import dev.outlive.cli.DoctorFacts.Folder;
import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine;
import dev.outlive.os.MemoryKills;
import dev.outlive.os.MemoryMeter;
import dev.outlive.os.MemoryUse;
import dev.outlive.os.NativeAccess;
import dev.outlive.os.OomScore;
import dev.outlive.os.WorkerCgroups;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.tools.ToolProvider;

/**
 * Looks at this machine for the doctor. What only trying tells is tried: on children that are
 * started for that, on a file and a control group that are removed again.
 */
final class DoctorLook {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private DoctorLook() {}

  /** Returns what there is around this process. */
  static DoctorFacts aroundHere() {
    long self = ProcessHandle.current().pid();
    MemoryKills.Reading kills = MemoryKills.ofThisMachine().read(self);
    return new DoctorFacts(
        java(),
        folder(Path.of(System.getProperty("java.io.tmpdir"))),
        platform(),
        new DoctorFacts.Kernel(
            Machine.nativeAccess(), Machine.exitStatus(), Machine.robustMutexes(), heldBytes(self)),
        new DoctorFacts.Programs(Machine.sh(), Machine.setsid()),
        groups(kills),
        memory(self, kills),
        new DoctorFacts.Killer(ProcSelf.oomScoreAdjustment(), raisesThatOfAChild()),
        new DoctorFacts.Room(
            Runtime.getRuntime().availableProcessors(),
            ProcSelf.mostProcesses(),
            ProcSelf.mostDescriptors(),
            Files.isDirectory(SHARED_MEMORY)
                ? Optional.of(folder(SHARED_MEMORY))
                : Optional.empty()));
  }

  private static DoctorFacts.Java java() {
    Path home = Path.of(System.getProperty("java.home"));
    return new DoctorFacts.Java(
        Runtime.version().feature(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        home,
        Files.isExecutable(home.resolve("bin").resolve("java")),
        ToolProvider.getSystemJavaCompiler() != null);
  }

  private static DoctorFacts.Platform platform() {
    return new DoctorFacts.Platform(
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"),
        NativeAccess.linux());
  }

  private static Folder folder(Path path) {
    try {
      Files.delete(Files.createTempFile(path, "outlive-doctor-", ""));
      FileStore store = Files.getFileStore(path);
      return new Folder(path, "", store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException refused) {
      return new Folder(path, why(refused), 0, 0);
    }
  }

  private static String why(IOException refused) {
    return refused instanceof FileSystemException named && named.getReason() != null
        ? named.getReason()
        : refused.getClass().getSimpleName();
  }

  private static OptionalLong heldBytes(long self) {
    try (MemoryMeter meter = MemoryMeter.of(self)) {
      Optional<MemoryUse> use = meter.read();
      return use.isPresent() ? OptionalLong.of(use.get().countedBytes()) : OptionalLong.empty();
    }
  }

  private static DoctorFacts.Groups groups(MemoryKills.Reading kills) {
    Machine.MemoryController controller = Machine.memoryController();
    try (WorkerCgroups tried = WorkerCgroups.create("doctor-" + ProcessHandle.current().pid())) {
      return new DoctorFacts.Groups(
          controller.version(),
          controller.path(),
          tried.problem(),
          controller.killedAsOne(),
          kills.knowsOwn(),
          kills.unreadable());
    }
  }

  private static DoctorFacts.Memory memory(long self, MemoryKills.Reading kills) {
    List<DoctorFacts.Limit> limits =
        kills.usages().stream()
            .map(
                usage ->
                    new DoctorFacts.Limit(usage.path(), usage.usageBytes(), usage.limitBytes()))
            .toList();
    return new DoctorFacts.Memory(
        HostMemory.ofThisMachine().look(List.of(self)), limits, Machine.memoryPressure());
  }

  /** The child waits for the end of its input. */
  private static boolean raisesThatOfAChild() {
    if (Machine.sh().isEmpty()) {
      return false;
    }
    try {
      Process child =
          new ProcessBuilder(Machine.sh().get(), "-c", "read line")
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      try {
        return OomScore.raise(child.pid());
      } finally {
        child.destroyForcibly();
      }
    } catch (IOException notStarted) {
      return false;
    }
  }
}
