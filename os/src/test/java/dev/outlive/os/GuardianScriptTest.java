package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same work in each shell that this machine has. */
class GuardianScriptTest {
  private static final int SIGSTOP = 19;

  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path directory;

  static Stream<List<String>> shells() {
    return Stream.of(
            List.of("sh"),
            List.of("dash"),
            List.of("bash", "--posix"),
            List.of("bash"),
            List.of("busybox", "sh"),
            List.of("mksh"),
            List.of("zsh", "--emulate", "sh"))
        .filter(shell -> Executable.find(shell.getFirst()).isPresent());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void theScriptDoesItsWork(List<String> program) throws IOException {
    Files.createFile(directory.resolve(Guardian.MARKER));
    Path nested = Files.createDirectories(directory.resolve("a b/c"));
    Files.createFile(nested.resolve("-f *"));

    ProcessIdentity frozen = processes.session("sleep 600 & wait");
    List<ProcessIdentity> doomed = new ArrayList<>(Processes.members(frozen, 2));
    doomed.forEach(member -> Signals.send(member.pid(), SIGSTOP));
    ProcessIdentity jobs = processes.session(Processes.JOB_CONTROL);
    doomed.addAll(Processes.members(jobs, 3));
    ProcessIdentity leaderless = processes.session("sleep 600 & wait");
    doomed.addAll(Processes.members(leaderless, 2));
    ProcessIdentity lone = processes.start(new ProcessBuilder("sleep", "600"));
    doomed.add(lone);
    ProcessIdentity forgotten = processes.session("sleep 600 & wait");
    ProcessIdentity reused = processes.session("sleep 600 & wait");
    ProcessIdentity now = processes.session("sleep 600 & wait");
    ProcessIdentity unknown = processes.session("sleep 600 & wait");

    ProcessIdentity asked = processes.start(new ProcessBuilder("sleep", "600"));
    ProcessIdentity notAsked = processes.start(new ProcessBuilder("sleep", "600"));

    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(program);
    GuardianShell guardian = GuardianShell.start(command, "script", directory, Map.of());
    ProcessIdentity shell = processes.track(ProcessIdentity.of(guardian.pid()).orElseThrow());
    for (ProcessIdentity leader : List.of(frozen, forgotten, jobs, leaderless, lone, frozen)) {
      guardian.say("+ " + words(leader));
    }
    guardian.say("+ " + reused.pid() + " " + (reused.startTicks() - 1));
    guardian.say("- " + forgotten.pid());
    guardian.say("q " + notAsked.pid() + " " + (notAsked.startTicks() - 1));
    guardian.say("q " + words(asked));
    guardian.say("- " + unknown.pid());
    for (String nonsense :
        List.of(
            "", "k", "k -1 1", "k 0 1", "k 1 1", "+ x 1", "? 1 1", "k * *", "q -1 1", "q 1 1")) {
      guardian.say(nonsense.isEmpty() ? " " : nonsense);
    }
    guardian.say("k " + words(now));
    Await.gone(now);
    Await.gone(asked);
    assertThat(notAsked.isAlive()).isTrue();
    Signals.send(leaderless.pid(), 9);
    Await.until("reaped", () -> ProcessIdentity.of(leaderless.pid()).isEmpty());
    assertThat(doomed).filteredOn(ProcessIdentity::isAlive).hasSize(doomed.size() - 1);

    guardian.end();
    Await.gone(shell);
    doomed.forEach(Await::gone);
    assertThat(directory).doesNotExist();
    for (ProcessIdentity spared : List.of(forgotten, reused, unknown)) {
      Processes.members(spared, 2);
    }
  }

  /** To a shell a control group is a directory without files. */
  @ParameterizedTest
  @MethodSource("shells")
  void theScriptRemovesTheGroupsOfThePool(List<String> program) throws IOException {
    Path groups = directory.resolve("a b");
    Path pool = groups.resolve("outlive-1 *");
    Files.createDirectories(pool.resolve("worker-1/outlive-2/worker 1"));
    Files.createDirectories(pool.resolve("worker-2"));
    Files.createDirectories(groups.resolve("outlive-1 x"));
    remove(program, pool + "\n");
    assertThat(pool).doesNotExist();
    assertThat(groups.resolve("outlive-1 x")).exists();

    remove(program, groups.resolve("outlive-1 x").toString());
    assertThat(groups).isEmptyDirectory();

    Path other = Files.createDirectories(groups.resolve("other/outlive-2"));
    remove(program, other.getParent() + "\n");
    remove(program, other + "/\n");
    remove(program, "outlive-2\n");
    remove(program, "");
    assertThat(other).exists();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void theScriptRemovesWhatADeadProgramHasShared(List<String> program) throws IOException {
    Path root = Files.createDirectory(directory.resolve("outlive-user"));
    ProcessIdentity alive = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    ProcessIdentity dead = processes.start(new ProcessBuilder("sleep", "600"));
    Signals.send(dead.pid(), 9);
    Await.gone(dead);
    for (ProcessIdentity owner : List.of(alive, dead)) {
      Path shared = Files.createDirectory(root.resolve(owner.token() + "-0"));
      Files.createFile(shared.resolve("manager-1.door"));
      Path run = Files.createDirectory(root.resolve(owner.token() + "-7"));
      Files.createFile(run.resolve(Guardian.MARKER));
      GuardianShell guardian = GuardianShell.start(program, "shared", run, Map.of());
      ProcessIdentity shell = processes.track(ProcessIdentity.of(guardian.pid()).orElseThrow());
      guardian.end();
      Await.gone(shell);
      assertThat(run).doesNotExist();
      if (owner.equals(alive)) {
        assertThat(shared.resolve("manager-1.door")).exists();
      } else {
        Await.until("what was shared is gone", () -> !Files.exists(shared));
      }
    }
  }

  private void remove(List<String> program, String groups) throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.createFile(run.resolve(Guardian.MARKER));
    Files.writeString(run.resolve(Guardian.CGROUPS), groups);
    GuardianShell guardian = GuardianShell.start(program, "groups", run, Map.of());
    ProcessIdentity shell = processes.track(ProcessIdentity.of(guardian.pid()).orElseThrow());
    guardian.end();
    Await.gone(shell);
    assertThat(run).doesNotExist();
  }

  private static String words(ProcessIdentity leader) {
    return leader.pid() + " " + leader.startTicks();
  }
}
