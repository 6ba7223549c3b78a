package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PidFdTest {
  private static final String WAIT = "read line; ";

  @AutoClose private final Processes processes = new Processes();

  private Process child(String script) throws IOException {
    Process child = new ProcessBuilder("sh", "-c", "ulimit -c 0; " + WAIT + script).start();
    processes.track(child);
    return child;
  }

  private static PidFd open(Process child) {
    return PidFd.open(ProcessIdentity.of(child.pid()).orElseThrow()).orElseThrow();
  }

  private static void letGo(Process child) throws IOException {
    child.getOutputStream().write('\n');
    child.getOutputStream().flush();
  }

  @ParameterizedTest
  @CsvSource({
    "137, exit 137,      exit(137)",
    "137, kill -KILL $$, SIGKILL",
    "134, exit 134,      exit(134)",
    "134, kill -ABRT $$, SIGABRT",
    "139, exit 139,      exit(139)",
    "139, kill -SEGV $$, SIGSEGV",
    "3,   exit 3,        exit(3)",
    "131, kill -QUIT $$, SIGQUIT",
    "0,   exit 0,        exit(0)",
  })
  void anExitIsToldFromASignalAfterTheJdkHasReaped(int exitValue, String script, String told)
      throws Exception {
    Process child = child(script);
    try (PidFd pidFd = open(child)) {
      assertThat(pidFd.exitStatus()).as("while it runs").isEmpty();
      letGo(child);
      assertThat(child.waitFor()).isEqualTo(exitValue);
      Optional<ExitStatus> status = pidFd.exitStatus();
      assumeTrue(status.isPresent(), "this kernel keeps no exit status: Linux 6.15 does");
      assertThat(status.orElseThrow()).hasToString(told);
      assertThat(pidFd.exitStatus()).isEqualTo(status);
    }
  }

  @Test
  void itsDescriptorIsNotInheritedAndNotLeaked() throws Exception {
    Process child = child("exit 3");
    PidFd pidFd = open(child);
    List<String> open = pidFds();
    assertThat(open).hasSize(1);
    String number = open.getFirst().substring(0, open.getFirst().indexOf(' '));
    String command = "test ! -e /proc/self/fd/" + number;
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
    letGo(child);
    assertThat(child.waitFor()).isEqualTo(3);
    pidFd.close();
    pidFd.close();
    assertThat(pidFds()).isEmpty();
    assertThat(pidFd.exitStatus()).isEmpty();
  }

  @Test
  void aReusedNumberAndOneThatNobodyHasAreNotOpened() throws Exception {
    Process child = child("exit 0");
    ProcessIdentity now = ProcessIdentity.of(child.pid()).orElseThrow();
    assertThat(PidFd.open(new ProcessIdentity(now.pid(), now.startTicks() - 1))).isEmpty();
    assertThat(PidFd.open(new ProcessIdentity(Integer.MAX_VALUE, 1))).isEmpty();
    assertThat(pidFds()).isEmpty();
  }

  @Test
  void aWaitStatusIsReadAsWaitSays() {
    assertThat(ExitStatus.ofWaitStatus(0x2a00)).isEqualTo(new ExitStatus.Exited(42));
    assertThat(ExitStatus.ofWaitStatus(0xff00)).isEqualTo(new ExitStatus.Exited(255));
    assertThat(ExitStatus.ofWaitStatus(9)).isEqualTo(new ExitStatus.Signalled(9, false));
    assertThat(ExitStatus.ofWaitStatus(0x8b)).isEqualTo(new ExitStatus.Signalled(11, true));
    assertThat(ExitStatus.ofWaitStatus(0x8b)).hasToString("SIGSEGV with a core dump");
  }

  private static List<String> pidFds() {
    return OwnProcess.descriptors().stream().filter(line -> line.contains("pidfd")).toList();
  }
}
