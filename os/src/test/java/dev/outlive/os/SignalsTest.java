package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static final int ESRCH = 3;
  private static final int EINVAL = 22;

  @AutoClose private final Processes processes = new Processes();

  @Test
  void signalsHaveTheNamesOfSignal7() {
    assertThat(Signals.name(9)).isEqualTo("SIGKILL");
    assertThat(Signals.name(11)).isEqualTo("SIGSEGV");
    assertThat(Signals.name(15)).isEqualTo("SIGTERM");
    assertThat(Signals.name(19)).isEqualTo("SIGSTOP");
    assertThat(Signals.name(31)).isEqualTo("SIGSYS");
    assertThat(Signals.name(34)).isEqualTo("SIGRTMIN");
    assertThat(Signals.name(36)).isEqualTo("SIGRTMIN+2");
    assertThat(Signals.name(0)).isEqualTo("signal 0");
    assertThat(Signals.name(99)).isEqualTo("signal 99");
  }

  @Test
  void aSignalArrives() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    assertThat(Signals.send(process.pid(), 19)).isZero();
    Await.until("stopped", () -> ProcessStat.read(process.pid()).orElseThrow().state() == 'T');
    assertThat(Signals.send(process.pid(), 9)).isZero();
    Await.gone(process);
  }

  @Test
  void aRequestToQuitReachesThisVeryProcessOnly() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    ProcessIdentity before = new ProcessIdentity(process.pid(), process.startTicks() - 1);
    ProcessIdentity other = processes.start(new ProcessBuilder("sleep", "600"));
    assertThat(Signals.quit(before)).isTrue();
    assertThat(Signals.quit(other)).isTrue();
    Await.gone(other);
    assertThat(process.isAlive()).isTrue();
    assertThat(Signals.quit(other)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signals.quit(ProcessIdentity.of(1).orElseThrow()));
  }

  @Test
  void aRefusalIsAnErrorNumber() {
    assertThat(Signals.send(Integer.MAX_VALUE, 9)).isEqualTo(ESRCH);
    assertThat(Signals.send(ProcessHandle.current().pid(), 1000)).isEqualTo(EINVAL);
  }

  @Test
  void everybodyIsNeverSignalled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signals.send(-1, 0))
        .withMessageContaining("pid=-1");
    assertThatIllegalArgumentException().isThrownBy(() -> Signals.send(0, 0));
  }
}
