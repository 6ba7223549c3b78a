package dev.outlive.examples.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budget: 5 s. */
class GeneratorTest {
  @TempDir private Path folder;

  @Test
  void the_same_seed_gives_the_same_bytes() throws IOException {
    Generator.generate(folder.resolve("one"), 42, 100);
    Generator.generate(folder.resolve("two"), 42, 100);

    assertThat(contents("two")).isEqualTo(contents("one")).hasSize(101);
  }

  @Test
  void another_seed_gives_other_documents() throws IOException {
    Manifest one = Generator.generate(folder.resolve("one"), 42, 100);
    Manifest two = Generator.generate(folder.resolve("two"), 43, 100);

    assertThat(goodDigests(two)).doesNotContainAnyElementsOf(goodDigests(one));
  }

  @Test
  void each_poison_is_there_once_and_the_rest_is_good() throws IOException {
    Manifest manifest = Generator.generate(folder, 7, 50);

    assertThat(manifest.entries()).hasSize(50);
    assertThat(goodDigests(manifest)).hasSize(34).doesNotHaveDuplicates();
    assertThat(manifest.entries().stream().filter(entry -> !entry.good()))
        .extracting(Manifest.Entry::detail)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Poison.values()).map(Poison::word).toList());
  }

  @Test
  void the_manifest_is_read_as_it_was_written() throws IOException {
    Manifest written = Generator.generate(folder, 7, 20);

    assertThat(Manifest.read(folder)).isEqualTo(written);
    assertThat(written.entries())
        .allMatch(entry -> Files.isRegularFile(folder.resolve(entry.name())));
  }

  @Test
  void the_whole_inbox_is_small() throws IOException {
    Generator.generate(folder.resolve("one"), 42, 300);

    assertThat(contents("one").values().stream().mapToLong(bytes -> bytes.size()).sum())
        .isLessThan(4_000_000);
  }

  @Test
  void an_older_inbox_is_replaced() throws IOException {
    Generator.generate(folder.resolve("one"), 1, 60);
    Generator.generate(folder.resolve("one"), 2, 30);
    Generator.generate(folder.resolve("two"), 2, 30);

    assertThat(contents("one")).isEqualTo(contents("two"));
  }

  @Test
  void a_folder_that_holds_something_else_is_refused_and_left_alone() throws IOException {
    Files.writeString(folder.resolve("thesis.pdf"), "years of work");

    assertThatThrownBy(() -> Generator.generate(folder, 1, 60))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be empty or an inbox")
        .hasMessageContaining("thesis.pdf");
    assertThat(folder).isDirectoryContaining("glob:**/thesis.pdf");
  }

  @Test
  void too_few_documents_for_the_poisons_are_refused() {
    assertThatThrownBy(() -> Generator.generate(folder, 1, 15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("documents must be 16..9999, documents=15");
  }

  @Test
  void the_command_takes_a_folder_a_seed_and_a_number() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(command(out, folder.toString(), "--documents", "20", "--seed", "5")).isZero();
    assertThat(out.toString()).contains("20 documents, 16 of them poisonous");
    assertThat(Manifest.read(folder)).isEqualTo(Generator.generate(folder, 5, 20));
  }

  @Test
  void the_command_refuses_what_it_does_not_know() throws IOException {
    String inbox = folder.toString();
    List<List<String>> wrong =
        List.of(
            List.of(),
            List.of(inbox, "--seed"),
            List.of(inbox, "--seed", "many"),
            List.of(inbox, "--colour", "1"));
    for (List<String> args : wrong) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(command(out, args.toArray(new String[0]))).as("%s", args).isEqualTo(2);
      assertThat(out.toString()).startsWith("usage: Generator DIR [--seed N] [--documents N]: ");
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static int command(ByteArrayOutputStream out, String... args) throws IOException {
    PrintStream print = new PrintStream(out, true);
    return Generator.run(args, print, print);
  }

  private static List<String> goodDigests(Manifest manifest) {
    return manifest.entries().stream()
        .filter(Manifest.Entry::good)
        .map(Manifest.Entry::detail)
        .toList();
  }

  private Map<String, List<Byte>> contents(String inbox) throws IOException {
    Map<String, List<Byte>> contents = new TreeMap<>();
    try (var files = Files.list(folder.resolve(inbox))) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), boxed(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static List<Byte> boxed(byte[] bytes) {
    Byte[] boxed = new Byte[bytes.length];
    Arrays.setAll(boxed, i -> bytes[i]);
    return List.of(boxed);
  }
}
