package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hierarchies that a test writes as files: what would be made in them. */
class WorkerCgroupsTest {
  private static final String V1 = "32 31 0:29 / /cg rw - cgroup cgroup rw,memory\n";
  private static final String V2 = "41 31 0:38 / /cg rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

  @TempDir private Path root;

  @BeforeEach
  void aMachineOfVersion2() throws IOException {
    write("proc/self/mountinfo", V2);
    write("proc/self/cgroup", "0::/user/main\n");
    write("cg/user/cgroup.procs", "");
    write("cg/user/main/cgroup.controllers", "cpu io memory pids\n");
    write("cg/user/main/cgroup.subtree_control", "\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String text(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }

  private WorkerCgroups create() {
    return WorkerCgroups.create(root, "1-2-3");
  }

  /** The kernel answers EBUSY to whoever writes there; so does, in its way, a directory. */
  private void holdsThisProgram() throws IOException {
    Path control = root.resolve("cg/user/main/cgroup.subtree_control");
    Files.delete(control);
    Files.createDirectory(control);
  }

  @Test
  void version2BelowTheProgramsOwnGroupWhereThatPassesTheControllerOn() throws IOException {
    write("cg/user/main/cgroup.subtree_control", "cpu memory\n");
    WorkerCgroups cgroups = create();
    assertThat(cgroups.problem()).isEmpty();
    assertThat(cgroups.place()).isEqualTo("/user/main/outlive-1-2-3");
    assertThat(cgroups.directory()).contains(root.resolve("cg/user/main/outlive-1-2-3"));
    assertThat(text("cg/user/main/cgroup.subtree_control")).isEqualTo("cpu memory\n");
    assertThat(text("cg/user/main/outlive-1-2-3/cgroup.subtree_control")).isEqualTo("+memory");

    WorkerCgroups.Own own = cgroups.forWorker(4, 4096).orElseThrow();
    String worker = "cg/user/main/outlive-1-2-3/worker-4/";
    assertThat(own.procs()).isEqualTo(root.resolve(worker + "cgroup.procs"));
    assertThat(text(worker + "memory.max")).isEqualTo("4096");
    assertThat(text(worker + "memory.swap.max")).isEqualTo("0");
    assertThat(text(worker + "memory.oom.group")).isEqualTo("1");
    assertThat(own.limitBytes()).hasValue(4096);
    write(worker + "memory.peak", "77\n");
    assertThat(own.peakBytes()).hasValue(77);
    assertThat(own.remove()).isFalse();

    assertThat(cgroups.forWorker(5, 0).orElseThrow().limitBytes()).isEmpty();
    assertThat(text("cg/user/main/outlive-1-2-3/worker-5/memory.oom.group")).isEqualTo("1");
  }

  @Test
  void version2HasTheControllerPassedOnWhereTheKernelLetsIt() throws IOException {
    assertThat(create().place()).isEqualTo("/user/main/outlive-1-2-3");
    assertThat(text("cg/user/main/cgroup.subtree_control")).isEqualTo("+memory");
  }

  @Test
  void version2BesideTheProgramsOwnGroupWhereThatHoldsTheProgram() throws IOException {
    holdsThisProgram();
    write("cg/user/cgroup.subtree_control", "memory\n");
    write("cg/user/main/memory.max", "max\n");
    write("cg/user/main/cpu.max", "max 100000\n");
    WorkerCgroups cgroups = create();
    assertThat(cgroups.problem()).isEmpty();
    assertThat(cgroups.place()).isEqualTo("/user/outlive-1-2-3");
    assertThat(text("cg/user/cgroup.subtree_control")).isEqualTo("memory\n");
  }

  @Test
  void workersMustNotEscapeALimitOfTheProgram() throws IOException {
    holdsThisProgram();
    write("cg/user/cgroup.subtree_control", "memory\n");
    write("cg/user/main/memory.high", "1000\n");
    checkProblem("/cg/user/main holds this program", "would escape its limits");
    write("cg/user/main/memory.high", "max\n");
    write("cg/user/main/cpu.max", "50000 100000\n");
    checkProblem("/cg/user/main holds this program", "would escape its limits");
  }

  private void checkProblem(String... words) {
    WorkerCgroups cgroups = create();
    assertThat(cgroups.works()).isFalse();
    assertThat(cgroups.problem()).contains(words);
    assertThat(cgroups.place()).isEmpty();
    assertThat(cgroups.directory()).isEmpty();
    assertThat(cgroups.forWorker(1, 1)).isEmpty();
    cgroups.close();
  }

  @Test
  void whyItDoesNotWorkIsSaid() throws IOException {
    holdsThisProgram();
    checkProblem("/cg/user/main holds this program", "/cg/user, is not writable", "systemd-run");
    write("cg/user/main/cgroup.controllers", "cpu\n");
    checkProblem("controller is off in the control group " + root.resolve("cg/user/main"));
    write("proc/self/cgroup", "0::/\n");
    write("cg/cgroup.controllers", "memory\n");
    Files.createDirectory(root.resolve("cg/cgroup.subtree_control"));
    checkProblem("holds this program", "systemd-run");
    write("proc/self/cgroup", "0::/../elsewhere\n");
    checkProblem("No memory control group of this program can be seen here.");
    Files.delete(root.resolve("proc/self/mountinfo"));
    checkProblem("There is no " + root.resolve("proc/self/mountinfo"));
  }

  @Test
  void whatTheKernelRefusesIsSaidAndLeavesNothing() throws IOException {
    write("cg/user/main/cgroup.subtree_control", "memory\n");
    write("cg/user/main/outlive-1-2-3", "a file");
    checkProblem("cg/user/main/outlive-1-2-3 cannot be made: ", "FileAlreadyExists");
  }

  @Test
  void version1IsLimitedInItsOwnWords() throws IOException {
    version1();
    WorkerCgroups cgroups = create();
    assertThat(cgroups.place()).isEqualTo("/box/outlive-1-2-3");
    assertThat(cgroups.forWorker(1, 8192).orElseThrow().limitBytes()).hasValue(8192);
    String worker = "cg/box/outlive-1-2-3/worker-1/";
    assertThat(text(worker + "memory.limit_in_bytes")).isEqualTo("8192");
    assertThat(text(worker + "memory.memsw.limit_in_bytes")).isEqualTo("8192");
    assertThat(root.resolve(worker + "memory.oom.group")).doesNotExist();
  }

  private void version1() throws IOException {
    write("proc/self/mountinfo", V1);
    write("proc/self/cgroup", "4:memory:/box\n0::/\n");
    write("cg/box/memory.oom_control", "oom_kill 0\n");
  }

  @Test
  void anOldKernelsGroupWithoutHierarchyIsRefusedWhenItHasALimit() throws IOException {
    version1();
    write("cg/box/memory.use_hierarchy", "0\n");
    write("cg/box/memory.limit_in_bytes", "9223372036854771712\n");
    assertThat(create().works()).isTrue();
    write("cg/box/memory.limit_in_bytes", "100000\n");
    checkProblem("/cg/box does not limit the groups inside it", "memory.use_hierarchy");
  }

  @Test
  void theDeadAreSweptInsideAndBeside() throws IOException {
    for (String group : new String[] {"main/outlive-a", "main/outlive-b", "outlive-a", "other-a"}) {
      Files.createDirectories(root.resolve("cg/user/" + group + "/worker-1/outlive-n/worker-2"));
    }
    assertThat(WorkerCgroups.sweep(root, token -> token.equals("b"))).isEqualTo(2);
    assertThat(root.resolve("cg/user/main/outlive-a")).doesNotExist();
    assertThat(root.resolve("cg/user/outlive-a")).doesNotExist();
    assertThat(root.resolve("cg/user/main/outlive-b/worker-1/outlive-n/worker-2")).exists();
    assertThat(root.resolve("cg/user/other-a")).exists();
    assertThat(WorkerCgroups.sweep(root.resolve("nowhere"), token -> false)).isZero();
  }

  @Test
  void badArgumentsAreRefused() throws IOException {
    assertThatIllegalArgumentException().isThrownBy(() -> WorkerCgroups.create("../x"));
    assertThatIllegalArgumentException().isThrownBy(() -> WorkerCgroups.create(""));
    WorkerCgroups cgroups = create();
    assertThatIllegalArgumentException().isThrownBy(() -> cgroups.forWorker(-1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cgroups.forWorker(1, -5))
        .withMessageContaining("limitBytes=-5");
  }
}
