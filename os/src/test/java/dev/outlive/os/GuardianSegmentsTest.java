package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shared memory that lies in files, when the program is killed that it belongs to. */
class GuardianSegmentsTest {
  private static final int SIGKILL = 9;

  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path temporary;

  private void guard(ProcessIdentity program) throws IOException {
    Path directory = Files.createDirectory(temporary.resolve(program.token() + "-1"));
    Files.createFile(directory.resolve(Guardian.MARKER));
    Guardian.start("test", directory).close();
    assertThat(directory).doesNotExist();
  }

  @Test
  void what_a_dead_program_left_is_removed_and_what_others_have_is_not() throws Exception {
    ProcessIdentity program = processes.start(new ProcessBuilder("sleep", "600"));
    Path segment =
        Path.of("/dev/shm", Segments.PREFIX + "-" + program.token() + "-4026531836-4711-1");
    Path others = Path.of("/dev/shm", Segments.PREFIX + "-" + program.pid() + "-1-1-4711-1");
    try {
      Files.createFile(segment);
      Files.createFile(others);
      guard(program);
      Await.until(
          "the guardian's last look",
          () ->
              ProcessHandle.allProcesses()
                  .noneMatch(
                      process ->
                          process
                              .info()
                              .commandLine()
                              .filter(line -> line.contains(program.token() + "-1"))
                              .isPresent()));
      assertThat(segment).exists();

      assertThat(Signals.send(program.pid(), SIGKILL)).isZero();
      Await.gone(program);
      guard(program);
      Await.until("it is removed", () -> !Files.exists(segment));
      assertThat(others).exists();
    } finally {
      Files.deleteIfExists(segment);
      Files.deleteIfExists(others);
    }
  }
}
