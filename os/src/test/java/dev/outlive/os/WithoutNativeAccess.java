package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program that uses all of this module without having been given native access. */
final class WithoutNativeAccess {
  private WithoutNativeAccess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    check(!NativeAccess.enabled(), "no native access");
    WorkerArming.arm();
    WorkerArming.arm(1, Optional.empty());
    check(OwnProcess.closeOnExecTo(ProcessHandle.current().pid()) == 0, "nothing marked");
    check(!OwnProcess.descriptors().isEmpty(), "descriptors");
    check(!OwnProcess.mappings().isEmpty(), "mappings");
    check(!Machine.nativeAccess().holds(), "known");
    check(Machine.exitStatus().reason().contains("--enable-native-access"), "what to do");
    check(!Machine.robustMutexes().holds(), "no mutexes");
    try (MemoryMeter meter = MemoryMeter.of(ProcessHandle.current().pid())) {
      check(meter.read().isPresent() && meter.quick().isPresent(), "memory");
    }
    try {
      Signals.send(ProcessHandle.current().pid(), 0);
      throw new AssertionError("a signal was sent");
    } catch (IllegalStateException refused) {
      check(refused.getMessage().contains("--enable-native-access"), "what to do");
    }
    try (Processes processes = new Processes();
        Guardian guardian = Guardian.start("portable", Path.of(arguments[0]))) {
      ProcessIdentity first = processes.session("sleep 600 & wait");
      guardian.watch(first);
      check(PidFd.open(first).isEmpty(), "no pidfd");
      ProcessIdentity asked = processes.start(new ProcessBuilder("sleep", "600"));
      check(!Signals.quit(asked), "left to the guardian");
      guardian.quit(asked);
      Await.gone(asked);
      check(!new ProcessGroup(first).kill(), "left to the guardian");
      check(new ProcessGroup(first).reapOrphans(), "nothing to reap");
      List<ProcessIdentity> members = Processes.members(first, 2);
      guardian.kill(first);
      members.forEach(Await::gone);
      ProcessIdentity second = processes.session("sleep 600 & wait");
      members = Processes.members(second, 2);
      check(new ProcessGroup(second).sweep() == 2, "swept");
      members.forEach(Await::gone);
    }
    System.out.println("all done");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
