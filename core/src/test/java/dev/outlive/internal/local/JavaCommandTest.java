package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.Bytes;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JavaCommandTest {
  @TempDir Path directory;

  /** Words are split at blanks; what is inherited stands behind the arrow. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        // what decides what classes mean
        "-Da=b -Dc Main => -Da=b -Dc",
        "--enable-preview Main => --enable-preview",
        "-ea -da:com.acme... -esa -dsa Main => -ea -da:com.acme... -esa -dsa",
        "-enableassertions -disablesystemassertions Main => -enableassertions"
            + " -disablesystemassertions",
        "--add-opens=java.base/java.lang=ALL-UNNAMED Main =>"
            + " --add-opens=java.base/java.lang=ALL-UNNAMED",
        "--add-opens java.base/java.lang=ALL-UNNAMED -Da Main => --add-opens"
            + " java.base/java.lang=ALL-UNNAMED -Da",
        "--add-exports a/b=c --add-reads=a=b --add-modules java.sql Main => --add-exports a/b=c"
            + " --add-reads=a=b --add-modules java.sql",
        // heap, collector, agents, debugging, management, logging
        "-Xmx4g -Xms1g -Xss1m -XX:+UseZGC -XX:MaxRAMPercentage=80 Main => ''",
        "-agentlib:jdwp=transport=dt_socket,address=5005 -javaagent:a.jar -agentpath:b.so Main =>"
            + " ''",
        "-Xdebug -Xrunjdwp:x -Xlog:gc -verbose:gc -Xint Main => ''",
        "-Dcom.sun.management.jmxremote.port=9010 -Da Main => -Da",
        "-Djava.io.tmpdir=/tmp/own -Djava.security.debug=all -Da Main => -Da",
        "--enable-native-access=ALL-UNNAMED Main => ''",
        // the class path comes by another way
        "-cp a.jar -Da Main => -Da",
        "-classpath a.jar -Da Main => -Da",
        "--class-path a.jar -Da Main => -Da",
        "--class-path=a.jar -Da Main => -Da",
        "-p mods -Da Main => -Da",
        "--module-path mods --upgrade-module-path up --limit-modules java.base -Da Main => -Da",
        "--patch-module a=b -Da Main => -Da",
        "--enable-native-access ALL-UNNAMED -Da Main => -Da",
        "--source 25 --enable-preview Main.java => --enable-preview",
        "@options -Da Main => -Da",
        // where the program begins the options end
        "-Da Main -Db => -Da",
        "-Da -jar app.jar -Db => -Da",
        "-Da -m app/Main -Db => -Da",
        "-Da --module app/Main -Db => -Da",
        "-Da --module=app/Main -Db => -Da",
        "-cp => ''",
        "--add-opens => --add-opens",
        "'' => ''",
      })
  void of_a_command_line_a_worker_inherits_what_decides_about_classes(
      String line, String inherited) {
    assertThat(JavaCommand.inherited(words(line))).isEqualTo(words(inherited));
  }

  private static List<String> words(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
  }

  @Test
  void an_argument_file_gives_a_real_jvm_every_argument_as_it_was() throws Exception {
    List<String> hard =
        new ArrayList<>(
            List.of(
                "plain",
                "",
                "two words",
                "\"quoted\"",
                "'single'",
                "back\\slash\\",
                "\\\"",
                "C:\\new\\table",
                "# no comment",
                "a#b",
                "@file",
                "line\nbreak",
                "carriage\rreturn",
                "tab\tand\fform feed",
                "$HOME *",
                "-Xmx1g"));
    String foreign = "größer ✓ 漢字";
    Charset ofFiles = Charset.forName(System.getProperty("native.encoding"));
    hard.add(ofFiles.newEncoder().canEncode(foreign) ? foreign : "?");
    StringBuilder text = new StringBuilder();
    for (String option : List.of("-Dsaid=" + hard.get(2) + hard.get(6), "-cp", classes())) {
      text.append(JavaCommand.quoted(option)).append('\n');
    }
    text.append(SayArguments.class.getName()).append('\n');
    hard.forEach(argument -> text.append(JavaCommand.quoted(argument)).append('\n'));
    Path file = Files.write(directory.resolve("args"), text.toString().getBytes(ofFiles));
    List<String> said = run(List.of(java(), "-XX:TieredStopAtLevel=1", "@" + file));
    assertThat(said.getFirst()).isEqualTo(SayArguments.codes(hard.get(2) + hard.get(6)));
    assertThat(said.subList(1, said.size()))
        .isEqualTo(hard.stream().map(SayArguments::codes).toList());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classes() {
    return System.getProperty("java.class.path");
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output, StandardCharsets.ISO_8859_1);
      assertThat(process.exitValue()).as("%s", said).isZero();
      return said.lines().toList();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private LocalSettings settings(List<String> jvmArgs, List<Path> classPath) {
    return new LocalSettings(
        "test",
        2,
        Path.of("/jdk"),
        Optional.of(Bytes.ofMebibytes(64)),
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
    JavaCommand.prepare(settings, directory);
    return Files.readAllLines(directory.resolve("worker.args"));
  }

  @Test
  void a_worker_s_command_names_its_own_files_the_shared_ones_and_its_main_class()
      throws IOException {
    JavaCommand command = JavaCommand.prepare(settings(List.of(), List.of()), directory);
    assertThat(command.forWorker(Path.of("/w/err.log"), Path.of("/w/tmp"), List.of("a", "b")))
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
