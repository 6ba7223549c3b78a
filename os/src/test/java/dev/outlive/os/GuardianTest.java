package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardianTest {
  private static final int SIGSTOP = 19;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;
  private static final String WORKER = "sleep 600 & wait";

  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path temporary;
  private Path directory = Path.of("");

  @BeforeEach
  void makeRunDirectory() throws IOException {
    directory = Files.createDirectories(temporary.resolve("run/of a pool"));
    Files.createFile(directory.resolve(Guardian.MARKER));
    Files.createFile(directory.resolve("page"));
  }

  private Guardian start() {
    return start(directory);
  }

  private Guardian start(Path runDirectory) {
    Guardian guardian = Guardian.start("test pool", runDirectory);
    processes.track(ProcessIdentity.of(guardian.pid()).orElseThrow());
    return guardian;
  }

  private static ProcessIdentity shell(Guardian guardian) {
    return ProcessIdentity.of(guardian.pid()).orElseThrow();
  }

  private static void stop(ProcessIdentity process) {
    assertThat(Signals.send(process.pid(), SIGSTOP)).isZero();
    Await.until("stopped", () -> ProcessStat.read(process.pid()).orElseThrow().state() == 'T');
  }

  @Test
  void itKillsWhatItIsTold() throws IOException {
    ProcessIdentity worker = processes.session(WORKER);
    List<ProcessIdentity> members = Processes.members(worker, 2);
    stop(members.getLast());
    ProcessIdentity other = processes.session(WORKER);
    try (Guardian guardian = start()) {
      guardian.watch(worker);
      guardian.watch(other);
      guardian.kill(worker);
      members.forEach(Await::gone);
      assertThat(other.isAlive()).isTrue();
      guardian.forget(worker);
      guardian.forget(other);
    }
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void itAsksOneProcessToQuitAndKeepsNothingOfIt() throws IOException {
    ProcessIdentity worker = processes.session(WORKER);
    List<ProcessIdentity> members = Processes.members(worker, 2);
    ProcessIdentity child =
        members.stream().filter(member -> !member.equals(worker)).findFirst().orElseThrow();
    try (Guardian guardian = start()) {
      guardian.quit(worker);
      Await.gone(worker);
    }
    assertThat(child.isAlive()).isTrue();
  }

  @Test
  void aLeaderWithoutAGroupOfItsOwnIsKilledAlone() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    try (Guardian guardian = start()) {
      guardian.kill(process);
      Await.gone(process);
    }
  }

  @Test
  void aReusedNumberIsNotKilled() throws IOException {
    ProcessIdentity stranger = processes.session(WORKER);
    Processes.members(stranger, 2);
    ProcessIdentity marker = processes.session(WORKER);
    ProcessIdentity before = new ProcessIdentity(stranger.pid(), stranger.startTicks() - 1);
    try (Guardian guardian = start()) {
      guardian.watch(before);
      guardian.kill(before);
      guardian.kill(marker);
      Await.gone(marker);
    }
    Processes.members(stranger, 2);
  }

  @Test
  void closeKillsWhatIsLeftAndRemovesTheDirectory() throws IOException {
    ProcessIdentity left = processes.session(WORKER);
    ProcessIdentity forgotten = processes.session(WORKER);
    Guardian guardian = start();
    guardian.watch(left);
    guardian.watch(forgotten);
    guardian.forget(forgotten);
    guardian.close();
    guardian.close();
    assertThat(guardian.isAlive()).isFalse();
    Await.gone(left);
    assertThat(forgotten.isAlive()).isTrue();
    assertThat(directory).doesNotExist();
    assertThat(directory.getParent()).isEmptyDirectory();
  }

  @Test
  void aDirectoryWithoutTheMarkIsNotTouched() throws IOException {
    Files.delete(directory.resolve(Guardian.MARKER));
    start().close();
    assertThat(directory.resolve("page")).exists();
  }

  @Test
  void closeIsBoundedWhenTheGuardianIsFrozen() throws IOException {
    ProcessIdentity left = processes.session(WORKER);
    Guardian guardian = start();
    guardian.watch(left);
    ProcessIdentity frozen = shell(guardian);
    stop(frozen);
    long begun = System.nanoTime();
    guardian.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    Await.gone(frozen);
    Await.gone(left);
  }

  @Test
  void tellingAFrozenGuardianBlocksNobody() throws IOException {
    ProcessIdentity worker = processes.session(WORKER);
    try (Guardian guardian = start()) {
      ProcessIdentity shell = shell(guardian);
      stop(shell);
      for (int i = 0; i < 20_000; i++) {
        guardian.watch(worker);
      }
      Signals.send(shell.pid(), 18);
      guardian.kill(worker);
      Await.gone(worker);
      assertThat(shell(guardian)).isEqualTo(shell);
    }
  }

  @Test
  void itIsOnItsOwnAndHoldsNothingOfOurs() throws IOException {
    try (Guardian guardian = start()) {
      Path process = Path.of("/proc/" + guardian.pid());
      for (int signal : new int[] {1, 2, 3, 13, SIGTERM}) {
        Await.until(
            "ignores " + Signals.name(signal), () -> (ignored(process) >> (signal - 1) & 1) == 1);
      }
      ProcessStat stat = ProcessStat.read(guardian.pid()).orElseThrow();
      assertThat(stat.session()).isEqualTo(guardian.pid());
      assertThat(Files.readSymbolicLink(process.resolve("cwd"))).isEqualTo(Path.of("/"));
      assertThat(Files.readSymbolicLink(process.resolve("fd/1"))).isEqualTo(Path.of("/dev/null"));
      assertThat(Files.readSymbolicLink(process.resolve("fd/2"))).isEqualTo(Path.of("/dev/null"));
      try (var open = Files.list(process.resolve("fd"))) {
        assertThat(open).hasSize(3);
      }
      assertThat(arguments(process))
          .endsWith(
              "-c",
              "eval \"$OUTLIVE_GUARDIAN\"",
              "outlive-guardian",
              "test pool",
              directory.toString());
      assertThat(Files.readString(process.resolve("environ")).split("\0", -1))
          .filteredOn(variable -> !variable.isEmpty())
          .allMatch(v -> v.startsWith("PATH=") || v.startsWith("OUTLIVE_GUARDIAN="));
    }
  }

  @Test
  void itsPipeIsNotInheritedByWhatNativeCodeStarts() throws IOException {
    try (Guardian guardian = start()) {
      guardian.watch(processes.session(WORKER));
      String pipe = Files.readSymbolicLink(Path.of("/proc/" + guardian.pid() + "/fd/0")).toString();
      String ours =
          OwnProcess.descriptors().stream().filter(d -> d.endsWith(pipe)).findFirst().orElseThrow();
      Path flags = Path.of("/proc/self/fdinfo/" + ours.substring(0, ours.indexOf(' ')));
      Await.until("close-on-exec", () -> text(flags).contains("flags:\t02000001"));
    }
  }

  @Test
  void itsThreadsEndWithIt() {
    start().close();
    Await.until(
        "their end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("outlive-test pool")));
  }

  @Test
  void whereThereIsNoShellItSaysSoAndDoesNothing() throws IOException {
    ProcessIdentity worker = processes.session(WORKER);
    try (Guardian guardian = Guardian.start("none", directory, List.of())) {
      assertThat(guardian.missing()).contains("no guardian");
      assertThat(guardian.isAlive()).isFalse();
      guardian.watch(worker);
      guardian.kill(worker);
      guardian.forget(worker);
    }
    assertThat(worker.isAlive()).isTrue();
    assertThat(directory).exists();
  }

  @Test
  void whatMustNeverBeKilledOrRemovedIsRefused() {
    try (Guardian guardian = start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> guardian.watch(new ProcessIdentity(1, 0)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Guardian.start("root", Path.of("/"), List.of()));
  }

  private static long ignored(Path process) {
    return text(process.resolve("status"))
        .lines()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .sum();
  }

  private static List<String> arguments(Path process) {
    return List.of(text(process.resolve("cmdline")).split("\0"));
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }
}
