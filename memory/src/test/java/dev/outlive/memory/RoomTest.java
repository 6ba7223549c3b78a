package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.os.NativeAccess;
import dev.outlive.os.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is too large is refused when it is made, never found out later. Budget: 15 s. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class RoomTest {
  private static final long TWO_GIB = 1L << 31;
  private static final long SPARE = 3 * TWO_GIB / 2;

  @TempDir private Path scratch;

  @Test
  void more_than_there_is_is_refused_with_the_numbers() {
    assertThatThrownBy(() -> SharedLongArray.create(1L << 40))
        .isInstanceOf(SharedMemoryException.class)
        .hasMessageMatching(
            "SharedLongArray cannot be made: no room for 8,796,093,022,464 bytes.* has [0-9,]+"
                + " bytes free\\. .*");
    assertThatThrownBy(() -> SharedMemory.create("large", 1L << 42))
        .isInstanceOf(SharedMemoryException.class)
        .hasMessageContaining("no room for 4,398,046,511,360 bytes");
    assertThat(NothingLeft.files()).isEmpty();
  }

  /** Written to the last byte, so that a sparse file would have been found out. */
  @Test
  void a_full_file_system_refuses_and_one_with_room_keeps_its_word() throws Exception {
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=8m", "none", scratch.toString()) == 0);
    try {
      Map<String, String> there = Map.of("OUTLIVE_SEGMENTS", scratch.toString());
      for (int size : new int[] {9_000_000, 1_000_000_000}) {
        try (Child child = Child.program(NativeAccess.enabled(), there, "fill", "" + size)) {
          assertThat(child.line())
              .contains(scratch.toString(), " bytes free", "--shm-size")
              .containsPattern("no room for [0-9,]+ bytes");
          assertThat(child.end()).isZero();
        }
      }
      try (Child child = Child.program(NativeAccess.enabled(), there, "fill", "8000000")) {
        assertThat(child.line()).isEqualTo("made 8000000");
        assertThat(child.end()).isZero();
      }
      try (Stream<Path> left = Files.list(scratch)) {
        assertThat(left).isEmpty();
      }
    } finally {
      int _ = run("umount", scratch.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor();
  }

  @Test
  void more_than_two_gibibytes_are_had_to_the_last_byte() throws Exception {
    assumeTrue(Files.getFileStore(Program.directory()).getUsableSpace() > SPARE);
    try (SharedByteArray array = SharedByteArray.create(TWO_GIB + 1)) {
      assertThat(array.length()).isEqualTo(TWO_GIB + 1);
      array.set(TWO_GIB, (byte) 7);
      assertThat(array.get(TWO_GIB)).isEqualTo((byte) 7);
      byte[] end = new byte[3];
      array.copyTo(TWO_GIB - 2, end, 0, 3);
      assertThat(end).containsExactly(0, 0, 7);
      assertThatThrownBy(array::toArray)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("2147483649 elements");
    }
  }
}
