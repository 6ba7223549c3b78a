package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.local.RunDirectory;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.systemtests.Await;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What tasks and their children print is text, and never reaches the link. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputTest {
  private static final long FLOOD = 200 << 20;
  private static final int TAIL = 8 << 10;

  @TempDir Path scratch;

  private static ProcessPool pool() {
    return ProcessPool.builder().name("output").workers(1).build();
  }

  @Test
  void a_flood_neither_blocks_the_task_nor_fills_the_disk() throws Exception {
    try (ProcessPool pool = pool()) {
      pool.call(() -> Crash.floodOutput(FLOOD));
      assertThat(runDirectoryBytes()).isBetween(1L, 1L << 20);
      Diagnosis diagnosis =
          catchThrowableOfType(
                  WorkerDiedException.class,
                  () ->
                      pool.call(
                          () -> {
                            Crash.floodOutput(1 << 20);
                            System.err.println("last words");
                            Crash.halt(7);
                          }))
              .diagnosis();
      assertThat(diagnosis.exitValue()).hasValue(7);
      assertThat(diagnosis.stderrTail()).endsWith("last words\n").contains("flood");
      assertThat(diagnosis.stderrTail().length()).isLessThanOrEqualTo(TAIL);
    }
  }

  private static long runDirectoryBytes() throws IOException {
    String own = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().token();
    AtomicLong bytes = new AtomicLong();
    try (Stream<Path> runs = Files.list(RunDirectory.root())) {
      for (Path run : runs.filter(r -> r.getFileName().toString().startsWith(own)).toList()) {
        try (Stream<Path> files = Files.walk(run)) {
          files
              .filter(Files::isRegularFile)
              .forEach(file -> bytes.addAndGet(file.toFile().length()));
        }
      }
    }
    return bytes.get();
  }

  @Test
  void native_output_does_not_disturb_the_link() throws Exception {
    try (ProcessPool pool = pool()) {
      long worker = pool.call(() -> ProcessHandle.current().pid());
      for (int i = 0; i < 20; i++) {
        assertThat(pool.call(() -> Crash.writeNative(1, "OL\1garbage"))).isEqualTo(10);
        assertThat(pool.call(() -> Crash.writeNative(2, "OL\1garbage"))).isEqualTo(10);
      }
      assertThat(pool.call(() -> Crash.system("echo from a shell"))).isZero();
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(worker);
    }
  }

  /** Returns the pipes of the link, once the worker has had the time to hide them. */
  static List<String> link() throws Exception {
    Await.until("armed", OutputTest::armed);
    List<String> pipes = new ArrayList<>();
    for (int descriptor : new int[] {3, 4}) {
      pipes.add(Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString());
    }
    return pipes;
  }

  private static boolean armed() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("outlive-parent-death"));
  }

  @Test
  void no_child_gets_hold_of_the_link() throws Exception {
    String seen = scratch.resolve("seen").toString();
    String script = "ls -l /proc/self/fd > '" + seen + "'; cat; echo junk >&3; echo junk >&4; :";
    try (ProcessPool pool = pool()) {
      long worker = pool.call(() -> ProcessHandle.current().pid());
      List<String> link = pool.call(OutputTest::link);
      assertThat(link).allMatch(pipe -> pipe.startsWith("pipe:"));
      pool.call(() -> Crash.system(script));
      assertThat(Files.readString(Path.of(seen))).contains("0 -> ").doesNotContain(link);
      pool.call(() -> new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor());
      assertThat(Files.readString(Path.of(seen))).contains("0 -> ").doesNotContain(link);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(worker);
    }
  }
}
