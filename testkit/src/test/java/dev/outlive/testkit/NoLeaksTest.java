package dev.outlive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.internal.local.RunDirectory;
import dev.outlive.os.ProcessIdentity;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Budget: 10 s. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NoLeaksTest {
  private final Holdings before = Holdings.now();

  @Test
  void a_pool_that_was_closed_has_left_nothing() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().name("closed").workers(1).build()) {
      assertThat(pool.call(() -> 6 * 7)).isEqualTo(42);
      assertLeft("outlive-worker closed #1");
    }
    new NoLeaks().check(before);
  }

  @Test
  void names_a_process_that_is_left() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    assertLeft("process " + process.pid() + "-");
    assertLeft("sleep 600");
    process.destroyForcibly().waitFor();
    process.getInputStream().close();
    process.getErrorStream().close();
    process.getOutputStream().close();
    new NoLeaks().check(before);
  }

  @Test
  void names_an_orphan_that_knows_a_run_directory_of_ours() throws Exception {
    String own = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().token();
    Path run = RunDirectory.root().resolve(own + "-4711");
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "setsid sh -c 'echo $$; sleep 600; :' orphan \"$0\" 2>/dev/null & read -r go",
                run.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long orphan = Long.parseLong(shell.inputReader().readLine());
    shell.getOutputStream().close(); // the shell may go only after its child has spoken
    shell.waitFor();
    assertLeft("process " + orphan + "-");
    ProcessHandle sleep = ProcessHandle.of(orphan).orElseThrow();
    List<ProcessHandle> children = sleep.descendants().toList();
    sleep.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    shell.getInputStream().close();
    new NoLeaks().check(before);
  }

  @Test
  void names_a_thread_that_is_left() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = Thread.ofPlatform().name("outlive-test-left").start(() -> await(end));
    assertLeft("thread outlive-test-left");
    end.countDown();
    thread.join();
    new NoLeaks().check(before);
  }

  @Test
  void a_thread_may_take_the_place_of_one_of_its_kind() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread first = Thread.ofPlatform().name("outlive-test-user-1").start(() -> await(end));
    Holdings withOne = Holdings.now();
    Thread second = Thread.ofPlatform().name("outlive-test-user-2").start(() -> await(end));
    assertThat(Holdings.now().beyond(withOne)).containsExactly("thread outlive-test-user");
    first.interrupt();
    first.join();
    assertThat(Holdings.now().beyond(withOne)).isEmpty();
    end.countDown();
    second.join();
  }

  @Test
  void names_descriptors_that_are_left() throws Exception {
    Pipe pipe = Pipe.open();
    Path file = Files.createTempFile("noleaks", ".txt");
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    assertLeft("descriptor of " + file);
    assertLeft("descriptor of pipe:[");
    pipe.source().close();
    pipe.sink().close();
    channel.close();
    Files.delete(file);
    new NoLeaks().check(before);
  }

  @Test
  void names_a_run_directory_that_is_left() throws Exception {
    String own = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().token();
    Path run = Files.createDirectories(RunDirectory.root().resolve(own + "-4712"));
    assertLeft("run directory " + run);
    Files.delete(run);
    new NoLeaks().check(before);
  }

  private void assertLeft(String line) {
    assertThatThrownBy(() -> new NoLeaks(Duration.ZERO).check(before))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(line);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
