package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGINT, once and twice, to commands in JVMs of their own. Budget: 20 s. */
class InterruptTest {
  /** Says that it has begun, with its process id, and waits to be let go. */
  private static final String SOURCE =
      """
      import java.nio.file.*;
      public class F {
        public static String f(String input) throws Exception {
          Files.writeString(Path.of(input + ".tmp"), "" + ProcessHandle.current().pid());
          Files.move(Path.of(input + ".tmp"), Path.of(input + ".begun"));
          while (!Files.exists(Path.of("go"))) {
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
          }
          return input;
        }
      }
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeSource() throws IOException {
    Files.writeString(directory.resolve("F.java"), SOURCE);
  }

  private Cli startTwoOfFour() throws IOException {
    Cli cli = Cli.start(directory, "", "map", "-j", "2", "--source", "F.java", "a", "b", "c", "d");
    Cli.await("both have begun", () -> begun("a") && begun("b"));
    return cli;
  }

  private boolean begun(String input) {
    return Files.exists(directory.resolve(input + ".begun"));
  }

  @Test
  void onceLetsRunningInputsFinishAndBeginsNoOthers() throws Exception {
    try (Cli cli = startTwoOfFour()) {
      cli.interrupt();
      cli.awaitOnErr("interrupted: 2 running inputs will finish");
      Files.createFile(directory.resolve("go"));
      assertThat(cli.status()).as(cli.err()).isEqualTo(130);
      assertThat(cli.out()).containsExactly("a", "b");
      assertThat(cli.err()).contains("outlive: 2 done, 0 failed");
      assertThat(List.of("c", "d")).noneMatch(this::begun);
    }
  }

  @Test
  void twiceStopsAtOnceAndLeavesNoWorker() throws Exception {
    try (Cli cli = startTwoOfFour()) {
      cli.interrupt();
      cli.awaitOnErr("interrupted: 2 running inputs will finish");
      cli.interrupt();
      assertThat(cli.status()).as(cli.err()).isEqualTo(130);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err()).contains("outlive: 0 done, 0 failed, 2 cancelled");
      for (String input : Arrays.asList("a", "b")) {
        String pid = Files.readString(directory.resolve(input + ".begun"));
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isEmpty();
      }
    }
  }
}
