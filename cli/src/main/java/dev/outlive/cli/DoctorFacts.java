package dev.outlive.cli;

import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine.Fact;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the doctor has found on this machine, without a word about what follows from it. Immutable.
 *
 * @param java the JDK that this command runs on
 * @param temporary where temporary files go
 * @param platform the operating system
 * @param kernel what the kernel tells and lets a program do
 * @param programs the programs that start a worker
 * @param groups the memory control groups
 * @param memory how much memory there is
 * @param killer how the kernel chooses whom it kills
 * @param room how much else there is
 */
record DoctorFacts(
    Java java,
    Folder temporary,
    Platform platform,
    Kernel kernel,
    Programs programs,
    Groups groups,
    Memory memory,
    Killer killer,
    Room room) {

  /**
   * The JDK that this command runs on.
   *
   * @param feature its version as a number
   * @param version its version and vendor
   * @param home its directory
   * @param launcher whether it has a {@code java} that can be started
   * @param compiler whether it has a compiler
   */
  record Java(int feature, String version, Path home, boolean launcher, boolean compiler) {}

  /**
   * A directory.
   *
   * @param path where it is
   * @param problem why nothing can be written there; empty if something can
   * @param freeBytes how much room is left
   * @param totalBytes how large it is
   */
  record Folder(Path path, String problem, long freeBytes, long totalBytes) {}

  /**
   * The operating system.
   *
   * @param name with version and architecture
   * @param linux whether it is Linux
   */
  record Platform(String name, boolean linux) {}

  /**
   * What the kernel tells and lets a program do.
   *
   * @param nativeAccess whether this JVM may make native calls
   * @param exitStatus whether it tells an exit from a signal
   * @param robustMutexes whether the death of who holds a mutex is told
   * @param heldBytes what this process holds, counted as a worker's memory is; empty where that
   *     cannot be read
   */
  record Kernel(Fact nativeAccess, Fact exitStatus, Fact robustMutexes, OptionalLong heldBytes) {}

  /**
   * The programs that start a worker.
   *
   * @param sh a shell
   * @param setsid makes sessions
   */
  record Programs(Optional<String> sh, Optional<String> setsid) {}

  /**
   * The memory control groups.
   *
   * @param version 1 or 2; 0: there is none that counts memory
   * @param own the one that this process is in; empty if it cannot be seen
   * @param problem why workers get none of their own, and what to do; empty if they do
   * @param killsAsOne whether the kernel kills all processes around this one at once
   * @param counted whether the out-of-memory kills in the own one can be read
   * @param uncounted those counts that cannot be read, a sentence each
   */
  record Groups(
      int version,
      String own,
      String problem,
      boolean killsAsOne,
      boolean counted,
      List<String> uncounted) {
    /** Keeps a copy. */
    Groups {
      uncounted = List.copyOf(uncounted);
    }
  }

  /**
   * A control group around this process that has a limit.
   *
   * @param path its path
   * @param usedBytes what it uses, files included
   * @param limitBytes its limit
   */
  record Limit(String path, long usedBytes, long limitBytes) {}

  /**
   * How much memory there is.
   *
   * @param tightest the place where least is free; empty where nothing can be read
   * @param limits of the groups around this process
   * @param pressure whether the kernel tells for how long processes waited for memory
   */
  record Memory(Optional<HostMemory.Room> tightest, List<Limit> limits, Fact pressure) {
    /** Keeps a copy. */
    Memory {
      limits = List.copyOf(limits);
    }
  }

  /**
   * How the kernel chooses whom it kills.
   *
   * @param adjustment this process's own {@code oom_score_adj}; empty where there is none
   * @param childrenFirst whether that of a child can be raised
   */
  record Killer(OptionalInt adjustment, boolean childrenFirst) {}

  /**
   * How much else there is.
   *
   * @param processors those that this JVM may use
   * @param processes how many processes and threads there may be, and which limit that is; empty:
   *     without limit, or not known
   * @param descriptors how many files may be open; empty: without limit, or not known
   * @param sharedMemory the file system for shared memory; empty where there is none
   */
  record Room(
      int processors,
      Optional<Count> processes,
      OptionalLong descriptors,
      Optional<Folder> sharedMemory) {}

  /**
   * A limit on how many there are of something.
   *
   * @param most how many
   * @param setBy what sets it
   */
  record Count(long most, String setBy) {}
}
