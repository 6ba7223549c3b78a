package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.outlive.os.MemoryKills.Place;
import dev.outlive.os.MemoryKills.Reading;
import dev.outlive.os.MemoryKills.Rise;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's real out-of-memory killer, in cgroups of version 1 that this test makes. */
class RealMemoryKillTest {
  private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory");
  private static final String LIMIT = Integer.toString(64 << 20);

  @AutoClose private final Processes processes = new Processes();
  private Path outer = MEMORY;
  private Path inner = MEMORY;

  @BeforeEach
  void makeGroups() throws IOException {
    if (!Files.exists(MEMORY.resolve("memory.oom_control")) || !Files.isWritable(MEMORY)) {
      abort("needs root and the memory controller of cgroups version 1 at " + MEMORY);
    }
    Path mine = MEMORY.resolve("outlive-test-" + ProcessHandle.current().pid());
    try {
      outer = Files.createDirectory(mine);
    } catch (IOException refused) {
      abort("cgroups cannot be made here: " + refused);
    }
    inner = Files.createDirectory(outer.resolve("worker"));
  }

  @AfterEach
  void removeGroups() throws IOException {
    for (Path group : new Path[] {inner, outer}) {
      if (!group.equals(MEMORY)) {
        Await.until("removal of " + group, () -> group.toFile().delete() || !isThere(group));
      }
    }
  }

  private static boolean isThere(Path group) {
    return new File(group.toString()).exists();
  }

  private Process eater() throws IOException {
    String enter = "echo $$ > '" + inner.resolve("cgroup.procs") + "' && echo in && read line";
    Process eater =
        new ProcessBuilder("sh", "-c", enter + " && exec tail /dev/zero")
            .redirectError(Redirect.DISCARD)
            .start();
    processes.track(eater);
    assertThat(eater.inputReader().readLine()).isEqualTo("in");
    return eater;
  }

  @Test
  void theKillIsCountedInTheVictimsOwnGroup() throws Exception {
    Files.writeString(inner.resolve("memory.limit_in_bytes"), LIMIT);
    checkKill();
  }

  /** Also when it was the limit of a group around it that was hit. */
  @Test
  void theKillByTheLimitOfAnEnclosingGroupIsCountedInTheVictimsToo() throws Exception {
    Files.writeString(outer.resolve("memory.limit_in_bytes"), LIMIT);
    checkKill();
  }

  private void checkKill() throws Exception {
    Process eater = eater();
    Reading before = MemoryKills.ofThisMachine().read(eater.pid());
    assertThat(before.unreadable()).isEmpty();
    assertThat(before.ownIsShared()).isFalse();
    assertThat(before.usages())
        .anyMatch(
            usage ->
                usage.limitBytes() == 64 << 20 && usage.path().contains(outer.getFileName() + ""));
    eater.getOutputStream().write('\n');
    eater.getOutputStream().flush();
    assertThat(eater.waitFor()).isEqualTo(137);
    String own = "/" + MEMORY.relativize(inner);
    assertThat(before.again().since(before))
        .contains(new Rise(Place.OWN, own, 0, 1))
        .anyMatch(rise -> rise.place() == Place.MACHINE);
  }

  @Test
  void aKillFromOutsideIsNotCounted() throws Exception {
    Process eater = eater();
    Reading before = MemoryKills.ofThisMachine().read(eater.pid());
    eater.toHandle().destroyForcibly();
    assertThat(eater.waitFor()).isEqualTo(137);
    Reading after = before.again();
    assertThat(after.since(before)).noneMatch(rise -> rise.place() == Place.OWN);
    assertThat(after.knowsOwn()).isTrue();
  }
}
