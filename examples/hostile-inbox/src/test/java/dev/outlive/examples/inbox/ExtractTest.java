package dev.outlive.examples.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budget: 10 s. */
class ExtractTest {
  @TempDir private Path folder;

  @Test
  void every_good_document_has_the_digest_that_is_due() throws Exception {
    for (Manifest.Entry entry : Generator.generate(folder, 42, 300).entries()) {
      if (entry.good()) {
        assertThat(Extract.digest(folder.resolve(entry.name()).toString()))
            .as(entry.name())
            .isEqualTo(entry.detail());
      }
    }
  }

  @Test
  void a_heap_of_128_MB_is_enough_for_every_good_document() throws Exception {
    Generator.generate(folder, 43, 300);

    try (ChildJvm child = ChildJvm.start(ReadGood.class, folder)) {
      assertThat(child.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(child.process().inputReader().lines()).containsExactly("284 good");
    }
  }

  @Test
  void a_rule_omits_the_lines_that_it_matches() {
    assertThat(Rules.apply("omit: b+\na\nomit: .*x\nbbb\nc x\nab\n")).isEqualTo("a\nab");
  }

  @Test
  void an_unknown_kind_of_document_is_refused_with_its_path() throws IOException {
    Path file = Files.writeString(folder.resolve("song.mp3"), "la");

    assertThatThrownBy(() -> Extract.digest(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path=" + file);
  }

  @Test
  void damaged_documents_fail_with_an_exception() throws IOException {
    for (String name : new String[] {"a.pdf", "b.lz4", "c.gz", "d.plugin"}) {
      Path file = Files.writeString(folder.resolve(name), "nothing of the kind");
      assertThatThrownBy(() -> Extract.digest(file.toString()))
          .as(name)
          .isInstanceOf(IOException.class);
    }
  }

  /** Reads all good documents of an inbox; a program for a child JVM. */
  static final class ReadGood {
    private ReadGood() {}

    public static void main(String[] args) throws Exception {
      int good = 0;
      for (Manifest.Entry entry : Manifest.read(Path.of(args[0])).entries()) {
        if (entry.good()) {
          String digest = Extract.digest(Path.of(args[0], entry.name()).toString());
          good += digest.equals(entry.detail()) ? 1 : 0;
        }
      }
      System.out.println(good + " good");
    }
  }
}
