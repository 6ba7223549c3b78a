package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OomScoreTest {
  @AutoClose private final Processes processes = new Processes();

  private static String score(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/oom_score_adj")).strip();
  }

  @Test
  void aChildIsRaisedAndWhatItStartsLater() throws IOException {
    String before = score(ProcessHandle.current().pid());
    Process worker = new ProcessBuilder("sh", "-c", "read go; sleep 600 & echo $!; wait").start();
    ProcessIdentity identity = processes.track(worker);
    assertThat(OomScore.raise(identity.pid())).isTrue();
    assertThat(OomScore.raise(identity.pid())).isTrue();
    assertThat(score(identity.pid())).isEqualTo("1000");
    worker.getOutputStream().write('\n');
    worker.getOutputStream().flush();
    long child = Long.parseLong(worker.inputReader().readLine());
    processes.track(ProcessIdentity.of(child).orElseThrow());
    assertThat(score(child)).isEqualTo("1000");
    assertThat(score(ProcessHandle.current().pid())).isEqualTo(before);
  }

  @Test
  void whoIsGoneIsNotRaised() throws Exception {
    for (long nobody : List.of(0L, -1L, (long) Integer.MAX_VALUE)) {
      assertThat(OomScore.raise(nobody)).isFalse();
    }
  }
}
