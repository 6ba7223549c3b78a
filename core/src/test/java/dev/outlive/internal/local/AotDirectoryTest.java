package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AotDirectoryTest {
  private static final String KEY = "0123456789abcdef";

  @TempDir Path scratch;
  private AotDirectory directory = new AotDirectory(Path.of("none"));

  @BeforeEach
  void choose() {
    directory = new AotDirectory(scratch.resolve("a/b"));
  }

  private Path made(String text) throws IOException {
    return Files.writeString(scratch.resolve("made"), text);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory.path())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void it_is_its_user_s_alone() throws IOException {
    directory.create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    directory.create();
  }

  @Test
  void what_was_published_is_found_under_its_key_and_no_other() throws IOException {
    assertThat(directory.find(KEY)).isEmpty();
    directory.create();
    Path file = directory.publish(KEY, made("a cache"));
    assertThat(file).hasContent("a cache");
    assertThat(directory.find(KEY)).hasValue(file);
    assertThat(directory.find("fedcba9876543210")).isEmpty();
    assertThat(names()).containsExactly(file.getFileName().toString());
  }

  @Test
  void two_programs_that_publish_at_once_leave_whole_files() throws IOException {
    directory.create();
    directory.publish(KEY, made("a cache"));
    directory.publish(KEY, made("another"));
    assertThat(directory.find(KEY)).isPresent();
    assertThat(names()).hasSize(2).allMatch(name -> name.endsWith(".aot"));
  }

  @Test
  void a_damaged_one_is_deleted_also_where_its_length_is_right() throws IOException {
    directory.create();
    Path file = directory.publish(KEY, made("a cache"));
    byte[] bytes = Files.readAllBytes(file);
    bytes[3] ^= 1;
    Files.write(file, bytes);
    assertThat(directory.find(KEY)).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void a_link_is_not_followed() throws IOException {
    directory.create();
    Path file = directory.publish(KEY, made("a cache"));
    Path elsewhere = scratch.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    assertThat(directory.find(KEY)).isEmpty();
    assertThat(elsewhere).exists();
  }

  @Test
  void a_directory_that_others_may_have_put_something_into_is_refused() throws IOException {
    directory.create();
    directory.publish(KEY, made("a cache"));
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxrwx---"));
    assertThatThrownBy(() -> directory.find(KEY)).hasMessageContaining("written by others");
    assertThatThrownBy(() -> directory.create()).hasMessageContaining("written by others");
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwx------"));
    AotDirectory linked =
        new AotDirectory(
            Files.createSymbolicLink(scratch.resolve("link"), directory.path()).toAbsolutePath());
    assertThatThrownBy(() -> linked.find(KEY)).hasMessageContaining("is not a directory");
  }

  @Test
  void one_that_was_given_up_is_gone_and_none_is_made_for_a_day() throws IOException {
    directory.create();
    Path file = directory.publish(KEY, made("a cache"));
    assertThat(directory.isBad(KEY)).isFalse();
    directory.giveUp(KEY, file);
    directory.giveUp(KEY, file);
    assertThat(directory.isBad(KEY)).isTrue();
    assertThat(directory.find(KEY)).isEmpty();
    Files.setLastModifiedTime(
        directory.path().resolve(KEY + ".bad"),
        FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    assertThat(directory.isBad(KEY)).isFalse();
  }

  @Test
  void those_that_were_used_last_are_kept_and_what_was_left_unfinished_goes() throws IOException {
    directory.create();
    Path left = Files.writeString(directory.path().resolve("left.tmp"), "half");
    Files.setLastModifiedTime(left, FileTime.fromMillis(1_000));
    for (int i = 0; i < 12; i++) {
      Path file = directory.publish("key" + i, made("cache " + i));
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L + i));
      assertThat(directory.find("key0")).isPresent(); // it is used
    }
    Path last = directory.publish("last", made("last"));
    assertThat(names())
        .hasSize(8)
        .contains(last.getFileName().toString())
        .anyMatch(name -> name.startsWith("key0-"))
        .anyMatch(name -> name.startsWith("key11-"))
        .noneMatch(name -> name.startsWith("key1-"))
        .noneMatch(name -> name.endsWith(".tmp"));
  }
}
