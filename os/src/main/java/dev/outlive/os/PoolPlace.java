package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * In which memory control group the group of a pool can be made (cgroups(7)).
 *
 * <pre>
 *  version 1                   version 2, where the           version 2 else: beside it
 *                              program's group lets it
 *  the program's group         the program's group            the group around it
 *    outlive-TOKEN               outlive-TOKEN                  the program's group
 *      worker-1                    worker-1                     outlive-TOKEN
 *      worker-2                    worker-2                       worker-1
 * </pre>
 *
 * <p>Inside is better: what limits the program then limits its workers too. Version 2 passes a
 * controller on to inner groups only where no process is in the group itself, its root apart.
 * Beside it is possible only where the program's own group has no limit that its workers would
 * escape. The program itself is never moved.
 *
 * @param group in which to make it; empty: there is none
 * @param problem why there is none, and what to do
 */
record PoolPlace(Optional<MemoryCgroup> group, String problem) {
  static final String ADVICE =
      " Workers share the memory limit of this program: run it as root, or in a group that is"
          + " delegated to its user (systemd-run --user --scope, or Delegate=yes in the unit; in a"
          + " container, a writable /sys/fs/cgroup).";

  /** Finds the place for a new pool of this program. */
  static PoolPlace find(Path root) {
    List<MemoryCgroup> around;
    try {
      around = MemoryCgroups.under(root).around("self");
    } catch (IOException failed) {
      return none("There is no " + failed.getMessage() + ", so no control groups.");
    }
    if (around.isEmpty()) {
      return none("No memory control group of this program can be seen here." + ADVICE);
    }
    MemoryCgroup own = around.getFirst();
    if (own.version() == 1) {
      return inside(own);
    }
    if (!own.words("cgroup.controllers").contains(MemoryCgroup.CONTROLLER)) {
      return none(
          "The memory controller is off in the control group " + own.directory() + "." + ADVICE);
    }
    if (own.passesOn() || passOn(own)) {
      return inside(own);
    }
    return around.size() > 1 ? beside(own, around.get(1)) : none(holdsThisProgram(own) + ADVICE);
  }

  /** Returns where earlier programs in the same group can have made theirs. */
  static List<MemoryCgroup> all(Path root) {
    try {
      List<MemoryCgroup> around = MemoryCgroups.under(root).around("self");
      int last = !around.isEmpty() && around.getFirst().version() == 2 ? 2 : 1;
      return around.subList(0, Math.min(last, around.size()));
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  private static PoolPlace none(String problem) {
    return new PoolPlace(Optional.empty(), problem);
  }

  private static PoolPlace inside(MemoryCgroup own) {
    if (!Files.isWritable(own.directory())) {
      return none("The control group " + own.directory() + " is not writable." + ADVICE);
    }
    // Before Linux 5.11 what is charged to an inner group may not be charged to those around it.
    boolean alone = own.number("memory.use_hierarchy").orElse(1) == 0;
    if (alone && own.limitBytes().isPresent()) {
      return none(
          "The control group "
              + own.directory()
              + " does not limit the groups inside it, so workers there would escape its limit:"
              + " write 1 to its memory.use_hierarchy.");
    }
    return new PoolPlace(Optional.of(own), "");
  }

  private static boolean passOn(MemoryCgroup own) {
    try {
      own.write("cgroup.subtree_control", "+" + MemoryCgroup.CONTROLLER);
      return true;
    } catch (IOException holdsProcessesOrNotAllowed) {
      return false;
    }
  }

  private static PoolPlace beside(MemoryCgroup own, MemoryCgroup above) {
    String why = holdsThisProgram(own);
    boolean limited =
        own.ceilingBytes().isPresent()
            || own.words("cpu.max").stream().findFirst().filter(w -> !w.equals("max")).isPresent();
    if (limited) {
      return none(
          why
              + " Beside it, in "
              + above.directory()
              + ", workers would escape its limits. Set those on the group around it.");
    }
    // Who moves a process must be allowed to write to the procs of the group around both.
    boolean allowed =
        above.passesOn()
            && Files.isWritable(above.directory())
            && Files.isWritable(above.directory().resolve("cgroup.procs"));
    return allowed
        ? new PoolPlace(Optional.of(above), "")
        : none(why + " The one around it, " + above.directory() + ", is not writable." + ADVICE);
  }

  private static String holdsThisProgram(MemoryCgroup own) {
    return "The control group "
        + own.directory()
        + " holds this program, so the kernel gives groups inside it no memory limits.";
  }
}
