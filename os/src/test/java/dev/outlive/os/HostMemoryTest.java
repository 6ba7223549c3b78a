package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.HostMemory.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that a test writes as files. */
class HostMemoryTest {
  private static final String V1 = "32 31 0:29 / /cg/memory rw - cgroup cgroup rw,memory\n";
  private static final String V2 = "41 31 0:38 / /cg rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

  @TempDir private Path root;

  @BeforeEach
  void aMachine() throws IOException {
    write("proc/meminfo", "MemTotal:       1000 kB\nMemFree: 100 kB\nMemAvailable:     600 kB\n");
    write("proc/pressure/memory", pressure("0.25"));
    write("proc/self/mountinfo", V2);
    write("proc/self/cgroup", "0::/service/main\n");
  }

  private static String pressure(String full) {
    return "some avg10=7.00 avg60=0.00 avg300=0.00 total=0\nfull avg10="
        + full
        + " avg60=0.00 avg300=0.00 total=0\n";
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void group2(String group, String max, String high, long current, long inactive)
      throws IOException {
    write(group + "/memory.events", "oom_kill 0\n");
    write(group + "/memory.max", max + "\n");
    write(group + "/memory.high", high + "\n");
    write(group + "/memory.current", current + "\n");
    write(group + "/memory.stat", "anon 5\ninactive_file " + inactive + "\nslab 1\n");
    write(group + "/memory.oom.group", "0\n");
  }

  private void group1(String group, String limit, long usage, long inactive) throws IOException {
    write(group + "/memory.oom_control", "oom_kill 0\n");
    write(group + "/memory.limit_in_bytes", limit + "\n");
    write(group + "/memory.usage_in_bytes", usage + "\n");
    write(
        group + "/memory.stat",
        "inactive_file 99999999\ntotal_inactive_file " + inactive + "\ntotal_unevictable 0\n");
  }

  private Room look(Long... pids) {
    return HostMemory.under(root).look(List.of(pids)).orElseThrow();
  }

  @Test
  void withoutLimitsItIsTheMachine() throws IOException {
    group2("cg/service/main", "max", "max", 300, 0);
    assertThat(look(4711L)).isEqualTo(new Room(600 << 10, 1000 << 10, "the machine", 0.25, false));
  }

  @Test
  void aGroupWithLessRoomIsTheTightestPlaceWithItsOwnPressure() throws IOException {
    group2("cg/service/main", "max", "max", 300, 0);
    group2("cg/service", "400000", "max", 350000, 20000);
    write("cg/service/memory.pressure", pressure("12.50"));
    write("cg/service/memory.oom.group", "1\n");
    assertThat(look()).isEqualTo(new Room(70000, 400000, "control group /service", 12.5, true));
  }

  @Test
  void theLowerOfTwoLimitsHoldsAndNothingIsLessThanNone() throws IOException {
    group2("cg/service", "400000", "300000", 350000, 20000);
    assertThat(look()).isEqualTo(new Room(0, 300000, "control group /service", 0.25, false));
    group2("cg/service", "400000", "max", 10000, 99999);
    assertThat(look().freeBytes()).isEqualTo(400000);
  }

  @Test
  void groupsOfTheGivenProcessesCountToo() throws IOException {
    group2("cg/service", "500000", "max", 100000, 0);
    group2("cg/other", "300000", "max", 100000, 0);
    write("cg/other/memory.oom.group", "1\n");
    write("proc/4711/cgroup", "0::/other/leaf\n");
    assertThat(look(4711L, 4712L))
        .isEqualTo(new Room(200000, 300000, "control group /other", 0.25, false));
  }

  /** What is left in a worker's own group is left to it alone. */
  @Test
  void theOwnGroupsOfWorkersDoNotCountButThatOfAnOuterPool() throws IOException {
    group2("cg/service", "500000", "max", 100000, 0);
    group2("cg/service/outlive-1-2-3/worker-1", "90000", "max", 80000, 0);
    write("proc/4711/cgroup", "0::/service/outlive-1-2-3/worker-1\n");
    assertThat(look(4711L).place()).isEqualTo("control group /service");

    write("proc/self/cgroup", "0::/service/outlive-1-2-3/worker-1\n");
    assertThat(look().place()).isEqualTo("control group /service/outlive-1-2-3/worker-1");
    assertThat(look(4711L).freeBytes()).isEqualTo(10000);
  }

  @Test
  void version1IsReadInItsOwnWords() throws IOException {
    write("proc/self/mountinfo", V1);
    write("proc/self/cgroup", "4:memory:/docker/ab\n0::/\n");
    group1("cg/memory", "9223372036854771712", 700000, 0);
    group1("cg/memory/docker/ab", "200000", 150000, 30000);
    assertThat(look()).isEqualTo(new Room(80000, 200000, "control group /docker/ab", 0.25, false));
  }

  @Test
  void theSameLookSeesWhatChanges() throws IOException {
    group2("cg/service", "max", "max", 100, 0);
    HostMemory host = HostMemory.under(root);
    assertThat(host.look(List.of()).orElseThrow().freeBytes()).isEqualTo(600 << 10);
    write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 5 kB\n");
    assertThat(host.look(List.of()).orElseThrow().freeBytes()).isEqualTo(5 << 10);
  }

  @Test
  void whereNothingCanBeReadThereIsNoRoom() throws IOException {
    assertThat(HostMemory.under(root.resolve("nowhere")).look(List.of(4711L))).isEmpty();
    write("proc/meminfo", "MemTotal: x kB\n");
    Files.delete(root.resolve("proc/pressure/memory"));
    assertThat(HostMemory.under(root).look(List.of())).isEmpty();
    group2("cg/service", "500000", "max", 100000, 0);
    assertThat(look()).isEqualTo(new Room(400000, 500000, "control group /service", 0, false));
  }

  @Test
  void thisMachineHasRoom() {
    long pid = ProcessHandle.current().pid();
    Room room = HostMemory.ofThisMachine().look(List.of(pid)).orElseThrow();
    assertThat(room.freeBytes()).isBetween(1L << 20, room.totalBytes());
    assertThat(room.stalledPercent()).isBetween(0.0, 100.0);
  }
}
