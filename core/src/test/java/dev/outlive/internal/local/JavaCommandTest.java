package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.spi.WorkerSize;
import dev.outlive.task.Bytes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaCommandTest {
  @TempDir Path directory;

  private LocalSettings settings(List<String> jvmArgs, List<Path> classPath) {
    return settings(
        new MemoryLimits(
            Optional.of(Bytes.ofMebibytes(64)), Optional.empty(), Optional.empty(), false),
        jvmArgs,
        classPath);
  }

  private static LocalSettings settings(
      MemoryLimits memory, List<String> jvmArgs, List<Path> classPath) {
    return new LocalSettings(
        "test",
        2,
        Path.of("/jdk"),
        memory,
        false,
        jvmArgs,
        classPath,
        Map.of(),
        Optional.empty(),
        1 << 20,
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        false,
        false,
        true);
  }

  private List<String> argumentFile(LocalSettings settings) throws IOException {
    JavaCommand.prepare(settings, settings.memoryPlan(), directory);
    return Files.readAllLines(directory.resolve("worker.args"));
  }

  @Test
  void a_worker_s_command_names_its_own_files_the_shared_ones_and_its_main_class()
      throws IOException {
    LocalSettings settings = settings(List.of(), List.of());
    MemoryPlan plan = settings.memoryPlan();
    JavaCommand command = JavaCommand.prepare(settings, plan, directory);
    assertThat(
            command.forWorker(
                Path.of("/w/err.log"),
                Path.of("/w/tmp"),
                Optional.empty(),
                plan,
                List.of("a", "b")))
        .containsExactly(
            "/jdk/bin/java",
            "-XX:ErrorFile=/w/err.log",
            "-XX:ReplayDataFile=/w/replay.log",
            "-Djava.io.tmpdir=/w/tmp",
            "@" + directory.resolve("worker.args"),
            "dev.outlive.internal.worker.WorkerMain",
            "a",
            "b");
  }

  @Test
  void a_worker_of_another_size_has_options_of_its_own_after_those_of_all() throws IOException {
    LocalSettings settings = settings(List.of("-Xms8m"), List.of());
    MemoryPlan plan = settings.memoryPlan();
    JavaCommand command = JavaCommand.prepare(settings, plan, directory);
    MemoryPlan larger = plan.resized(new WorkerSize(128 << 20, 0));
    assertThat(
            command.forWorker(
                Path.of("/w/err.log"),
                Path.of("/w/tmp"),
                Optional.of(Path.of("/c/k.aot")),
                larger,
                List.of()))
        .containsSubsequence(
            "@" + directory.resolve("worker.args"),
            "-XX:AOTCache=/c/k.aot",
            "-Xlog:aot*=off:stderr",
            "-Xmx134217728",
            "dev.outlive.internal.worker.WorkerMain");
  }

  @Test
  void what_follows_from_the_limit_stands_before_what_the_user_has_set() throws IOException {
    MemoryLimits limits =
        new MemoryLimits(
            Optional.empty(), Optional.of(Bytes.ofMebibytes(150)), Optional.empty(), false);
    List<String> lines =
        argumentFile(settings(limits, List.of("-XX:MaxMetaspaceSize=20m"), List.of()));
    assertThat(lines)
        .containsSubsequence(
            "\"-Xmx83886080\"",
            "\"-XX:ReservedCodeCacheSize=12582912\"",
            "\"-XX:MaxDirectMemorySize=9437184\"",
            "\"-Xss1048576\"",
            "\"-XX:MaxMetaspaceSize=20m\"");
  }

  @Test
  void the_user_s_options_come_after_all_others_and_a_collector_of_theirs_replaces_ours()
      throws IOException {
    List<String> lines = argumentFile(settings(List.of("-XX:+UseZGC", "-Da=b c"), List.of()));
    assertThat(lines)
        .contains("\"-Xmx67108864\"", "\"-XX:+ExitOnOutOfMemoryError\"")
        .doesNotContain("\"-XX:+UseSerialGC\"");
    assertThat(lines.subList(lines.size() - 4, lines.size() - 1))
        .containsExactly("\"-XX:+UseZGC\"", "\"-Da=b c\"", "\"-cp\"");
    assertThat(argumentFile(settings(List.of(), List.of()))).contains("\"-XX:+UseSerialGC\"");
  }

  @Test
  void a_worker_s_jvm_counts_its_share_of_the_processors_and_is_told_how_many_there_are()
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(argumentFile(settings(List.of(), List.of())))
        .contains(
            "\"-XX:ActiveProcessorCount=" + Math.max(1, processors / 2) + "\"",
            "\"-Doutlive.processors=" + processors + "\"");
  }

  @Test
  void outlive_comes_first_on_the_class_path_and_what_is_relative_becomes_absolute()
      throws IOException {
    List<String> lines = argumentFile(settings(List.of(), List.of(Path.of("lib/a.jar"))));
    String last = lines.getLast();
    String[] entries = last.substring(1, last.length() - 1).split(File.pathSeparator, -1);
    assertThat(entries).hasSize(3);
    assertThat(Path.of(entries[0]).resolve("dev/outlive/internal/local")).exists();
    assertThat(entries[2]).isEqualTo(Path.of("lib/a.jar").toAbsolutePath().toString());
  }
}
