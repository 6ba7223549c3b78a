package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.Await;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Shared memory that is too small for what is to travel, and who cleans it up. Budget: 10 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class BulkRoomTest {
  @TempDir private Path scratch;

  /** What a test does with a program whose segments lie in memory of its own. */
  private interface Part {
    void play(Program program, Path memory) throws Exception;
  }

  private void with(String size, List<String> arguments, Part part) throws Exception {
    Path memory = Files.createDirectory(scratch.resolve("memory"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", memory.toString()) == 0,
        "only root mounts");
    List<String> options =
        NativeAccess.enabled() ? List.of("--enable-native-access=ALL-UNNAMED") : List.of();
    Map<String, String> there = Map.of("OUTLIVE_SEGMENTS", memory.toString());
    try (Program program =
        Program.start(scratch, there, List.of(), options, BulkProgram.class, arguments.toArray())) {
      part.play(program, memory);
    } finally {
      assertThat(run("umount", "-l", memory.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  @Test
  void where_there_is_no_room_arrays_travel_all_the_same() throws Exception {
    with(
        "1m",
        List.of(),
        (program, memory) -> {
          assertThat(program.readAll()).isEqualTo("true\ntrue\ntrue\n");
          assertThat(program.errors()).isEmpty();
          assertThat(files(memory)).isEmpty();
        });
  }

  @Test
  void what_a_killed_program_had_there_is_removed() throws Exception {
    with(
        "400m",
        List.of("hang"),
        (program, memory) -> {
          program.awaitLine("hangs");
          assertThat(files(memory)).isNotEmpty();
          ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
          Await.until("its segments are removed", () -> files(memory).isEmpty());
        });
  }
}
