package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Argument files, held against those that a real JVM reads. */
final class ArgumentFilesTest {
  @TempDir Path directory;

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
    List<String> all = new ArrayList<>();
    all.addAll(List.of("-Dsaid=" + hard.get(2) + hard.get(6), "-cp", classes()));
    all.add(SayArguments.class.getName());
    all.addAll(hard);
    Path file = directory.resolve("args");
    ArgumentFiles.write(file, all);
    List<String> said = run(List.of(java(), "-XX:TieredStopAtLevel=1", "@" + file));
    assertThat(said.getFirst()).isEqualTo(SayArguments.codes(hard.get(2) + hard.get(6)));
    assertThat(said.subList(1, said.size()))
        .isEqualTo(hard.stream().map(SayArguments::codes).toList());
    assertThat(ArgumentFiles.expand(List.of("-a", "@" + file)).subList(5, all.size() + 1))
        .isEqualTo(hard);
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

  /** The launcher's own reading of a file that a person has written. */
  @Test
  void a_file_is_read_as_a_real_jvm_reads_it() throws Exception {
    String text =
        """
        # a comment "with" quotes
        plain   two#comment
        three\ttab "a b"'c d'e four"q"#x
        "quo\\"ted \\\\ \\n line" 'sin"gle' ""
        "joined \\
           lines" back\\slash C:\\\\dir end\\
        "not closed
        last\
        """;
    Path file = Files.writeString(directory.resolve("args"), text, StandardCharsets.US_ASCII);
    Path whole = directory.resolve("whole");
    Files.writeString(
        whole, "-Dsaid= -cp " + ArgumentFiles.quoted(classes()) + " " + name() + "\n" + text);
    List<String> real = run(List.of(java(), "-XX:TieredStopAtLevel=1", "@" + whole));
    assertThat(ArgumentFiles.expand(List.of("@" + file)).stream().map(SayArguments::codes))
        .isEqualTo(real.subList(1, real.size()));
  }

  private static String name() {
    return SayArguments.class.getName();
  }

  @Test
  void a_file_that_is_gone_or_switched_off_stands_for_nothing() {
    List<String> line = List.of("-a", "@" + directory.resolve("gone"), "@@b");
    assertThat(ArgumentFiles.expand(line)).containsExactly("-a", "@b");
    assertThat(ArgumentFiles.expand(Arrays.asList("--disable-@files", "@x")))
        .containsExactly("--disable-@files", "@x");
  }
}
