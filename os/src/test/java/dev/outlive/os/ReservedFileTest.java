package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReservedFileTest {
  @TempDir private Path directory;

  @Test
  void a_file_has_its_room_and_is_private() throws Exception {
    Path file = directory.resolve("new");
    ReservedFile.create(file, 3_000_001);
    assertThat(Files.size(file)).isEqualTo(3_000_001);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
    String blocks = du.inputReader().readLine().split("\\s", -1)[0];
    assertThat(Long.parseLong(blocks)).isGreaterThanOrEqualTo(3_000_001);
    assertThatThrownBy(() -> ReservedFile.create(file, 1))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.size(file)).isEqualTo(3_000_001);
  }

  @Test
  void what_does_not_fit_is_refused_with_the_numbers_and_leaves_nothing() {
    Path file = directory.resolve("large");
    assertThatThrownBy(() -> ReservedFile.create(file, 1L << 50))
        .isInstanceOf(NoRoomException.class)
        .hasMessageContaining("no room for 1,125,899,906,842,624 bytes")
        .hasMessageContaining("bytes free");
    assertThat(file).doesNotExist();
    assertThatThrownBy(() -> ReservedFile.unnamed("large", 1L << 50))
        .isInstanceOf(NoRoomException.class);
  }

  @Test
  void one_without_a_name_lives_as_its_descriptor() throws Exception {
    int descriptor = ReservedFile.unnamed("outlive-segment-test", 5_000).orElseThrow();
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    assertThat(Files.readSymbolicLink(link).toString()).startsWith("/memfd:outlive-segment-test");
    assertThat(Files.size(link)).isEqualTo(5_000);
    ReservedFile.close(descriptor);
    assertThat(link).doesNotExist();
  }

  @Test
  void a_process_is_told_its_program_and_the_living_are_not_swept() {
    Map<String, String> environment = new HashMap<>();
    Program.tell(environment);
    Program program = Program.current();
    assertThat(environment.get("OUTLIVE_PROGRAM")).startsWith(program.token());
    assertThat(program.self()).isTrue();
    assertThat(program.root().pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(Program.mayBeAlive(program.token())).isTrue();
    assertThat(Program.mayBeAlive("4711-1-" + program.namespace())).isFalse();
    assertThat(Program.mayBeAlive("4711-1-1")).as("of another namespace").isTrue();
  }
}
