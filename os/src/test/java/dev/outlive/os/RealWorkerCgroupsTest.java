package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.outlive.os.MemoryKills.Place;
import dev.outlive.os.MemoryKills.Reading;
import dev.outlive.os.MemoryKills.Rise;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control groups that the kernel of this machine makes, where this program may have them made. */
class RealWorkerCgroupsTest {
  private static final long LIMIT = 64 << 20;
  private static final String TOKEN = "test-" + ProcessHandle.current().pid();

  /** Kept, or its level would be forgotten. */
  private static final Logger LOG = Logger.getLogger(WorkerCgroups.class.getName());

  @AutoClose private final Processes processes = new Processes();
  private final WorkerCgroups cgroups = WorkerCgroups.create(TOKEN);

  @BeforeEach
  void needsGroups() {
    if (!cgroups.works()) {
      abort(cgroups.problem());
    }
    assertThat(cgroups.problem()).isEmpty();
  }

  @AfterEach
  void removeGroups() {
    processes.close();
    cgroups
        .directory()
        .ifPresent(
            pool ->
                Await.until(
                    "removal of " + pool,
                    () -> {
                      cgroups.close();
                      return !Files.exists(pool);
                    }));
  }

  private Process start(WorkerCgroups.Own own, String script) throws IOException {
    Process worker =
        new ProcessBuilder(
                StartLine.SESSION.wrap(
                    List.of("sh", "-c", "echo in >&3; read line <&4; " + script),
                    false,
                    Optional.of(own.procs())))
            .redirectError(Redirect.DISCARD)
            .start();
    processes.track(worker);
    assertThat(worker.inputReader().readLine()).isEqualTo("in");
    return worker;
  }

  private static void go(Process worker) throws IOException {
    worker.getOutputStream().write('\n');
    worker.getOutputStream().flush();
  }

  @Test
  void theKernelEnforcesTheLimitAndItsCountIsProof() throws Exception {
    WorkerCgroups.Own own = cgroups.forWorker(1, LIMIT).orElseThrow();
    assertThat(own.limitBytes()).hasValue(LIMIT);
    Process worker = start(own, "exec tail /dev/zero");
    assertThat(own.remove()).isFalse();
    Reading before = MemoryKills.ofThisMachine().read(worker.pid());
    assertThat(before.ownPath()).isEqualTo(cgroups.place() + "/worker-1");
    assertThat(before.ownIsShared()).isFalse();
    go(worker);
    assertThat(worker.waitFor()).isEqualTo(137);
    Reading after = before.again();
    assertThat(after.since(before)).contains(new Rise(Place.OWN, before.ownPath(), 0, 1));
    assertThat(own.peakBytes().orElseThrow()).isBetween(LIMIT - (1 << 20), LIMIT);
    assertThat(after.ownPeak()).isEqualTo(own.peakBytes());
    Await.until("removal", own::remove);
    assertThat(own.remove()).isTrue();
    assertThat(own.peakBytes()).isEmpty();
    assertThat(own.limitBytes()).isEmpty();
    assertThat(before.again().ownPeak()).isEmpty();
  }

  @Test
  void withoutALimitTheWorkerIsStillOnItsOwn() throws Exception {
    WorkerCgroups.Own own = cgroups.forWorker(0, 0).orElseThrow();
    assertThat(own.limitBytes()).isEmpty();
    Process worker = start(own, "true");
    Reading reading = MemoryKills.ofThisMachine().read(worker.pid());
    assertThat(reading.ownPath()).isEqualTo(cgroups.place() + "/worker-0");
    go(worker);
    assertThat(worker.waitFor()).isZero();
  }

  /** The room of the worker's own group is left to it alone. */
  @Test
  void theHostsRoomIsNotThatOfAWorker() throws Exception {
    WorkerCgroups.Own own = cgroups.forWorker(3, LIMIT).orElseThrow();
    Process worker = start(own, "true");
    assertThat(HostMemory.ofThisMachine().look(List.of(worker.pid())).orElseThrow().place())
        .doesNotContain("worker-3");
  }

  @Test
  void anOldGroupOfTheSameNumberIsReplacedAndABusyOneNot() throws Exception {
    WorkerCgroups.Own old = cgroups.forWorker(7, LIMIT).orElseThrow();
    assertThat(cgroups.forWorker(7, 0).orElseThrow().limitBytes()).isEmpty();
    start(old, "true");
    LOG.setLevel(Level.SEVERE);
    assertThat(cgroups.forWorker(7, 0)).isEmpty();
  }

  @Test
  void closeLeavesABusyGroupToTheSweepOfTheDead() throws Exception {
    Process worker = start(cgroups.forWorker(1, 0).orElseThrow(), "true");
    cgroups.forWorker(2, 0).orElseThrow();
    cgroups.close();
    Path pool = cgroups.directory().orElseThrow();
    assertThat(pool.resolve("worker-1")).exists();
    assertThat(pool.resolve("worker-2")).doesNotExist();
    assertThat(cgroups.forWorker(3, 0)).isEmpty();
    List<String> asked = new ArrayList<>();
    assertThat(
            WorkerCgroups.sweep(
                token -> {
                  asked.add(token);
                  return true;
                }))
        .isZero();
    assertThat(asked).contains(TOKEN);
    assertThat(WorkerCgroups.sweep(token -> !token.equals(TOKEN))).isZero();
    go(worker);
    assertThat(worker.waitFor()).isZero();
    Await.until("sweep", () -> WorkerCgroups.sweep(token -> !token.equals(TOKEN)) == 1);
    assertThat(pool).doesNotExist();
  }

  @Test
  void theGuardianRemovesTheGroupsOfWhomItKills(@TempDir Path temporary) throws Exception {
    Path directory = Files.createDirectory(temporary.resolve("run"));
    Files.createFile(directory.resolve(Guardian.MARKER));
    Path pool = cgroups.directory().orElseThrow();
    Files.writeString(directory.resolve(Guardian.CGROUPS), pool + "\n");
    WorkerCgroups.Own own = cgroups.forWorker(1, 0).orElseThrow();
    Process worker = start(own, "true");
    Path nested = own.procs().resolveSibling("outlive-nested");
    Files.createDirectory(nested);
    Files.createDirectory(nested.resolve("worker-1"));
    try (Guardian guardian = Guardian.start("groups", directory)) {
      guardian.watch(ProcessIdentity.of(worker.pid()).orElseThrow());
    }
    assertThat(worker.waitFor()).isEqualTo(137);
    Await.until("removal of " + pool, () -> !Files.exists(pool));
    assertThat(directory).doesNotExist();
  }
}
