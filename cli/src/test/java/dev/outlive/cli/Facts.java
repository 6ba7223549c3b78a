package dev.outlive.cli;

import dev.outlive.cli.DoctorFacts.Count;
import dev.outlive.cli.DoctorFacts.Folder;
import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine.Fact;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Facts of a machine where Outlive can do all that it can, until a test says otherwise. */
final class Facts {
  static final Fact YES = new Fact(true, "");

  private static final long PLENTY = 8L << 30;

  int javaFeature = 25;
  boolean javaLauncher = true;
  boolean compiler = true;
  String temporaryProblem = "";
  String platform = "Linux 6.18.44, amd64";
  boolean linux = true;
  Fact nativeAccess = YES;
  Fact exitStatus = YES;
  Fact robustMutexes = YES;
  OptionalLong held = OptionalLong.of(64L << 20);
  Optional<String> setsid = Optional.of("/usr/bin/setsid");
  int groupVersion = 2;
  String groupProblem = "";
  boolean counted = true;
  List<String> uncounted = List.of();
  boolean killsAsOne;
  Optional<HostMemory.Room> tightest =
      Optional.of(new HostMemory.Room(1L << 30, 2L << 30, "control group /pod", 0, false));
  List<DoctorFacts.Limit> limits = List.of(new DoctorFacts.Limit("/pod", 1L << 30, 2L << 30));
  Fact pressure = YES;
  OptionalInt adjustment = OptionalInt.of(0);
  boolean childrenFirst = true;
  Optional<Count> processes = Optional.of(new Count(96_364, "ulimit -u"));
  OptionalLong descriptors = OptionalLong.of(20_000);
  boolean shared = true;
  long sharedBytes = PLENTY;

  DoctorFacts all() {
    return new DoctorFacts(
        new DoctorFacts.Java(
            javaFeature, javaFeature + ".0.3 (Adoptium)", Path.of("/jdk"), javaLauncher, compiler),
        new Folder(Path.of("/tmp"), temporaryProblem, PLENTY, PLENTY),
        new DoctorFacts.Platform(platform, linux),
        new DoctorFacts.Kernel(nativeAccess, exitStatus, robustMutexes, held),
        new DoctorFacts.Programs(Optional.of("/bin/sh"), setsid),
        new DoctorFacts.Groups(groupVersion, "/pod", groupProblem, killsAsOne, counted, uncounted),
        new DoctorFacts.Memory(tightest, limits, pressure),
        new DoctorFacts.Killer(adjustment, childrenFirst),
        new DoctorFacts.Room(
            2,
            processes,
            descriptors,
            shared
                ? Optional.of(new Folder(Path.of("/dev/shm"), "", sharedBytes, sharedBytes))
                : Optional.empty()));
  }
}
