package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AotKeyTest {
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

  @TempDir Path scratch;
  private Path jar = Path.of("none");

  @BeforeEach
  void writeJdk() throws IOException {
    Files.createDirectories(scratch.resolve("lib/server"));
    Files.writeString(scratch.resolve("release"), "JAVA_VERSION=\"25\"");
    Files.writeString(scratch.resolve("lib/server/libjvm.so"), "the JVM");
    Files.writeString(scratch.resolve("lib/modules"), "its classes");
    jar = Files.writeString(scratch.resolve("outlive.jar"), "Outlive's");
  }

  private Optional<AotKey> key(List<String> jars, List<String> options, long heapGibibytes) {
    MemoryLimits limits =
        new MemoryLimits(
            Optional.of(Bytes.ofGibibytes(heapGibibytes)),
            Optional.empty(),
            Optional.empty(),
            false);
    MemoryPlan memory = MemoryPlan.of(limits, List.of(), 1L << 40);
    ClassPlaces places = new ClassPlaces(jars, jars, "", Set.of(), Set.of(), List.of("Main"));
    return AotKey.of(scratch, places, memory, options);
  }

  private String word(List<String> options) {
    return key(List.of(jar.toString()), options, 1).orElseThrow().word();
  }

  private static List<String> with(String option) {
    return List.of(OPTIONS.get(0), OPTIONS.get(1), option);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx1g", "-Xss512k", "-Da=b", "-XX:MaxMetaspaceSize=64m"})
  void sizes_and_properties_change_nothing(String option) {
    assertThat(word(with(option))).isEqualTo(word(OPTIONS)).matches("[0-9a-f]{16}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-XX:+UseZGC", "--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-preview"})
  void other_options_need_another_cache(String option) {
    assertThat(word(with(option))).isNotEqualTo(word(OPTIONS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xshare:off",
        "-XX:AOTCache=own",
        "-XX:SharedArchiveFile=own",
        "-javaagent:agent.jar",
        "-agentlib:jdwp=transport=dt_socket",
        "--patch-module=java.base=x"
      })
  void with_some_options_there_is_none(String option) {
    assertThat(key(List.of(jar.toString()), with(option), 1)).isEmpty();
  }

  @Test
  void another_jdk_or_another_build_of_outlive_needs_another() throws IOException {
    String before = word(OPTIONS);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
    String rebuilt = word(OPTIONS);
    assertThat(rebuilt).isNotEqualTo(before);
    Files.writeString(scratch.resolve("lib/server/libjvm.so"), "another JVM");
    String patched = word(OPTIONS);
    assertThat(patched).isNotEqualTo(rebuilt);
    Files.writeString(scratch.resolve("release"), "JAVA_VERSION=\"26\"");
    assertThat(word(OPTIONS)).isNotEqualTo(patched);
  }

  @Test
  void a_heap_without_compressed_references_needs_another() {
    AotKey wide = key(List.of(jar.toString()), OPTIONS, 40).orElseThrow();
    assertThat(wide.wide()).isTrue();
    assertThat(wide.word()).isNotEqualTo(word(OPTIONS));
  }

  @Test
  void there_is_none_of_classes_in_a_directory_nor_of_a_runtime_that_is_not_there() {
    assertThat(key(List.of(scratch.toString()), OPTIONS, 1)).isEmpty();
    assertThat(key(List.of(), OPTIONS, 1)).isEmpty();
    jar = scratch.resolve("gone.jar");
    assertThat(key(List.of(jar.toString()), OPTIONS, 1)).isEmpty();
  }

  @Test
  void properties_of_the_program_do_not_come_along_to_where_a_cache_is_made() {
    AotKey key = key(List.of(jar.toString()), with("-Da=b"), 1).orElseThrow();
    assertThat(key.options()).isEqualTo(OPTIONS);
  }
}
