package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ThreadStatesTest {
  @AutoClose private final Processes processes = new Processes();

  @Test
  void aThreadHasANameAStateAndAPlaceWhereItWaits() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    Await.until(
        "sleep",
        () ->
            ThreadStates.read(process.pid()).toString().matches("\\[sleep: S( \\(.*sleep.*\\))?]"));
  }

  @Test
  void ofManyThreadsTheFirstAreTold() {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * ThreadStates.MOST; i++) {
        threads.add(Thread.ofPlatform().daemon().start(() -> awaitQuietly(end)));
      }
      List<String> lines = ThreadStates.read(ProcessHandle.current().pid());
      assertThat(lines).hasSize(ThreadStates.MOST + 1);
      assertThat(lines.getLast()).matches("and \\d+ more");
    } finally {
      end.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoIsGoneHasNoThreads() {
    assertThat(ThreadStates.read(Integer.MAX_VALUE)).isEmpty();
    assertThat(ThreadStates.read(0)).isEmpty();
  }
}
