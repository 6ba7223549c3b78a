package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @AutoClose private final Processes processes = new Processes();

  @Test
  void aProcessIsAliveUntilItEnds() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    assertThat(process.isAlive()).isTrue();
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
    Await.gone(process);
    Await.until("reaped", () -> ProcessIdentity.of(process.pid()).isEmpty());
  }

  @Test
  void anotherStartTimeIsAnotherProcess() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    ProcessIdentity earlier = new ProcessIdentity(process.pid(), process.startTicks() - 1);
    assertThat(earlier.isAlive()).isFalse();
    assertThat(ProcessIdentity.of(process.pid())).contains(process);
  }

  @Test
  void aZombieIsNotAlive() throws IOException {
    // exec leaves a parent that does not reap: its child stays a zombie.
    ProcessIdentity parent = processes.session("true & exec sleep 600");
    Await.until(
        "a zombie", () -> new ProcessGroup(parent).members().stream().anyMatch(ProcessStat::dead));
    ProcessStat zombie =
        new ProcessGroup(parent)
            .members().stream().filter(ProcessStat::dead).findFirst().orElseThrow();
    assertThat(ProcessIdentity.of(zombie.pid())).isPresent();
    assertThat(new ProcessIdentity(zombie.pid(), zombie.startTicks()).isAlive()).isFalse();
  }

  @Test
  void theTokenIsReadBack() {
    ProcessIdentity process = new ProcessIdentity(4711, 123456);
    assertThat(process.token()).isEqualTo("4711-123456");
    assertThat(ProcessIdentity.parse("4711-123456")).contains(process);
  }

  @Test
  void anythingElseIsNoToken() {
    for (String text :
        new String[] {"", "-", "4711", "4711-", "-4711", "0-1", "a-1", "1--1", "1-2-3", "1-2 "}) {
      assertThat(ProcessIdentity.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void anImpossibleNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProcessIdentity(0, 1))
        .withMessageContaining("pid=0");
    assertThatIllegalArgumentException().isThrownBy(() -> new ProcessIdentity(-1, 1));
  }
}
