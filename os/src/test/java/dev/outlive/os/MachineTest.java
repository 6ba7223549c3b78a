package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.Machine.Fact;
import dev.outlive.os.Machine.MemoryController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

  @Test
  void thisMachineOffersWhatTheOtherTestsUse() {
    assertThat(Machine.nativeAccess()).isEqualTo(new Fact(true, ""));
    assertThat(Machine.robustMutexes()).isEqualTo(new Fact(true, ""));
    assertThat(Machine.pidFd()).isEqualTo(new Fact(true, ""));
    assertThat(Machine.sh()).isPresent();
    assertThat(Machine.setsid()).isPresent();
    assertThat(Machine.sharedMemory().orElseThrow())
        .matches(space -> space.freeBytes() <= space.totalBytes() && space.totalBytes() > 0);
  }

  @Test
  void aFactThatDoesNotHoldHasAReason() {
    for (Fact fact : new Fact[] {Machine.memoryPressure(), Machine.exitStatus()}) {
      assertThat(fact.reason().isEmpty()).isEqualTo(fact.holds());
    }
  }

  @Test
  void itsControlGroupIsTheOneThatKillsAreCountedIn() {
    String own = MemoryKills.ofThisMachine().read(ProcessHandle.current().pid()).ownPath();
    MemoryController controller = Machine.memoryController();
    assertThat(controller.path()).isEqualTo(own);
    assertThat(controller.version() == 0).isEqualTo(own.isEmpty());
  }

  @Test
  void theLeastLimitAroundCounts(@TempDir Path root) throws IOException {
    assertThat(Machine.memoryController(root))
        .isEqualTo(new MemoryController(0, "", "", OptionalLong.empty(), false));
    Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(
        root.resolve("proc/self/mountinfo"), "41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n");
    Files.writeString(root.resolve("proc/self/cgroup"), "0::/pod/app\n");
    Path app = Files.createDirectories(root.resolve("cg/pod/app"));
    for (Path group : new Path[] {app, app.getParent()}) {
      Files.writeString(group.resolve("memory.events"), "oom_kill 0\n");
    }
    Files.writeString(app.resolve("memory.max"), "max\n");
    Files.writeString(app.getParent().resolve("memory.max"), "5000\n");
    Files.writeString(app.getParent().resolve("memory.oom.group"), "1\n");
    assertThat(Machine.memoryController(root))
        .isEqualTo(
            new MemoryController(2, "/pod/app", app.toString(), OptionalLong.of(5000), true));
  }
}
