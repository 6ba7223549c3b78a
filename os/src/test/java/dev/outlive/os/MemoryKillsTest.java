package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.MemoryKills.Place;
import dev.outlive.os.MemoryKills.Reading;
import dev.outlive.os.MemoryKills.Rise;
import dev.outlive.os.MemoryKills.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hierarchies that a test writes as files: what they look like elsewhere. */
class MemoryKillsTest {
  private static final long PID = 4711;
  private static final String V1 = "32 31 0:29 %s %s rw - cgroup cgroup rw,memory\n";
  private static final String V2 = "41 31 0:38 %s %s rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

  @TempDir private Path root;

  @BeforeEach
  void aMachine() throws IOException {
    write("proc/vmstat", "pgfault 12\noom_kill 7\noom_kill_x 9\n");
    write("proc/self/cgroup", "0::/service\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void events(String group, int all, int local) throws IOException {
    write(group + "/memory.events", "low 0\noom 1\noom_kill " + all + "\noom_group_kill 0\n");
    write(group + "/memory.events.local", "oom_kill " + local + "\n");
  }

  private Reading read() {
    return MemoryKills.under(root).read(PID);
  }

  @Test
  void version2CountsInItsOwnGroupAndAround() throws IOException {
    write("proc/self/mountinfo", V2.formatted("/", "/cg"));
    write("proc/4711/cgroup", "0::/service/worker 1\n");
    write("cg/cgroup.procs", "");
    events("cg/service", 5, 1);
    events("cg/service/worker 1", 4, 2);
    write("cg/service/memory.max", "max\n");
    write("cg/service/memory.current", "300\n");
    write("cg/service/worker 1/memory.max", "1000\n");
    write("cg/service/worker 1/memory.current", "980\n");
    Reading before = read();
    assertThat(before.unreadable()).isEmpty();
    assertThat(before.knowsOwn()).isTrue();
    assertThat(before.ownIsShared()).isFalse();
    assertThat(before.usages())
        .containsExactly(new Usage(Place.OWN, "/service/worker 1", 980, 1000));
    assertThat(before.again().since(before)).isEmpty();

    Files.delete(root.resolve("proc/4711/cgroup"));
    events("cg/service", 6, 1);
    events("cg/service/worker 1", 5, 3);
    write("proc/vmstat", "oom_kill 9\n");
    assertThat(before.again().since(before))
        .containsExactly(
            new Rise(Place.OWN, "/service/worker 1", 2, 3),
            new Rise(Place.ENCLOSING, "/service", 5, 6),
            new Rise(Place.MACHINE, "/", 7, 9));
  }

  @Test
  void aGroupWithoutTheControllerIsChargedToTheNextAround() throws IOException {
    write("proc/self/mountinfo", V2.formatted("/", "/cg"));
    write("proc/4711/cgroup", "0::/service/leaf\n");
    write("cg/service/leaf/cgroup.procs", "");
    write("cg/service/memory.events", "oom_kill 5\n");
    Reading before = read();
    assertThat(before.ownIsShared()).isTrue();
    write("cg/service/memory.events", "oom_kill 6\n");
    assertThat(before.again().since(before)).containsExactly(new Rise(Place.OWN, "/service", 5, 6));
  }

  @Test
  void inAContainerTheMountedGroupIsTheTop() throws IOException {
    write(
        "proc/self/mountinfo",
        V2.formatted("/", "/cg/unified") + V1.formatted("/docker/ab", "/my\\040cg/memory"));
    write("proc/4711/cgroup", "4:cpu,memory:/docker/ab/in\n1:name=systemd:/\n0::/\n");
    write("my cg/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    write("my cg/memory/in/memory.oom_control", "oom_kill 0\n");
    write("my cg/memory/in/memory.limit_in_bytes", "9223372036854771712\n");
    write("my cg/memory/in/memory.usage_in_bytes", "100\n");
    write("my cg/memory/memory.limit_in_bytes", "200\n");
    write("my cg/memory/memory.usage_in_bytes", "150\n");
    Reading before = read();
    assertThat(before.unreadable()).isEmpty();
    assertThat(before.usages()).containsExactly(new Usage(Place.ENCLOSING, "/docker/ab", 150, 200));
    write("my cg/memory/in/memory.oom_control", "oom_kill 1\n");
    write("my cg/memory/memory.oom_control", "oom_kill 3\n");
    assertThat(before.again().since(before))
        .containsExactly(
            new Rise(Place.OWN, "/docker/ab/in", 0, 1),
            new Rise(Place.ENCLOSING, "/docker/ab", 2, 3));
  }

  @Test
  void whatCannotBeReadIsSaid() throws IOException {
    write("proc/self/mountinfo", V2.formatted("/", "/cg"));
    assertThat(read().unreadable())
        .singleElement()
        .asString()
        .contains("process 4711 is not readable: there is no ", "proc/4711/cgroup");

    write("proc/4711/cgroup", "0::/../elsewhere\n");
    assertThat(read().unreadable())
        .containsExactly("No memory cgroup of process 4711 can be seen from here.");

    write("proc/4711/cgroup", "0::/service\n");
    events("cg/service", 1, 1);
    Reading before = read();
    events("cg/service", 2, 2);
    write("cg/service/memory.events.local", "nothing 1\n");
    Files.delete(root.resolve("proc/vmstat"));
    Reading after = before.again();
    assertThat(after.since(before)).isEmpty();
    assertThat(after.knowsOwn()).isFalse();
    assertThat(after.unreadable())
        .hasSize(2)
        .anyMatch(line -> line.contains("of cgroup /service is not readable: no oom_kill in it."))
        .anyMatch(line -> line.startsWith("The machine's count of OOM kills is not readable"));
  }

  @Test
  void whereThereIsNoProcAllOfItIsUnreadable() {
    Reading reading = MemoryKills.under(root.resolve("nowhere")).read(PID);
    assertThat(reading.unreadable()).hasSize(2);
    assertThat(reading.again().since(reading)).isEmpty();
    assertThat(reading.usages()).isEmpty();
    assertThat(reading.ownIsShared()).isFalse();
    assertThat(reading.knowsOwn()).isFalse();
  }

  @Test
  void aChildOfThisProgramSharesItsGroup() {
    Reading own = MemoryKills.ofThisMachine().read(ProcessHandle.current().pid());
    assertThat(own.again().since(own)).noneMatch(rise -> rise.place() == Place.OWN);
    assertThat(own.ownIsShared()).isEqualTo(own.knowsOwn());
  }
}
