package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a program that was killed with -9: nothing. */
class GuardianDeathTest {
  private static final int SIGSTOP = 19;
  private static final int SIGKILL = 9;

  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingOutlivesAKilledOwner(boolean nativeAccess) throws IOException {
    killOwner(nativeAccess, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void norWhenTheGuardianWasReplacedBefore(boolean nativeAccess) throws IOException {
    killOwner(nativeAccess, true);
  }

  private void killOwner(boolean nativeAccess, boolean killGuardianFirst) throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("run"));
    Files.createFile(directory.resolve(Guardian.MARKER));
    Process owner =
        new ProcessBuilder(Processes.java(nativeAccess, GuardianOwner.class, directory.toString()))
            .start();
    ProcessIdentity self = processes.track(owner);
    List<ProcessIdentity> ours = new ArrayList<>(processes.trackLine(owner.inputReader()));
    ProcessIdentity frozen = ours.get(1);
    ours.addAll(Processes.members(frozen, 3));
    ours.addAll(Processes.members(ours.get(2), 3));
    for (ProcessStat member : new ProcessGroup(frozen).members()) {
      assertThat(Signals.send(member.pid(), SIGSTOP)).isZero();
    }
    if (killGuardianFirst) {
      assertThat(Signals.send(ours.getFirst().pid(), SIGKILL)).isZero();
      ours.addAll(processes.trackLine(owner.inputReader()));
    }
    assertThat(Signals.send(self.pid(), SIGKILL)).isZero();
    ours.forEach(Await::gone);
    Await.until("directory removed", () -> !Files.exists(directory));
    assertThat(owner.errorReader().readLine()).isNull();
    assertThat(owner.inputReader().readLine()).isNull();
  }
}
