package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The API reference can be made: javadoc finds every link, file and region that it mentions, and
 * the snippets are those that the tests' compiler has seen. Budget: 6 s.
 */
class ReferenceTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path REFERENCE = Path.of("target/reference");
  private static final Path SNIPPETS = Path.of("src/test/java");
  private static final Pattern SNIPPET =
      Pattern.compile("\\{@snippet file=\"([^\"]+)\" region=\"([^\"]+)\"}");
  private static final Pattern REGION = Pattern.compile("// @start region=\"([^\"]+)\"");

  @Test
  void javadoc_has_no_complaint() throws Exception {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status = javadoc().run(out, out, arguments().toArray(String[]::new));
    assertThat(status).as(said.toString()).isZero();
    assertThat(Files.readString(REFERENCE.resolve("dev/outlive/memory/SharedLong.html")))
        .as("the first snippet")
        .contains("hits.incrementAndGet");
  }

  private static ToolProvider javadoc() {
    return ToolProvider.findFirst("javadoc")
        .orElseThrow(() -> new AssertionError("no javadoc in " + System.getProperty("java.home")));
  }

  private static List<String> arguments() throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-quiet", "-Xdoclint:all,-missing", "-Werror", "-notimestamp"));
    arguments.addAll(List.of("--snippet-path", SNIPPETS.toString(), "-d", REFERENCE.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.addAll(sources().stream().map(Path::toString).toList());
    return arguments;
  }

  /** Returns the sources of what users can call. */
  private static List<Path> sources() throws Exception {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void every_snippet_is_shown_somewhere() throws Exception {
    List<String> shown = new ArrayList<>();
    for (Path source : sources()) {
      SNIPPET
          .matcher(Files.readString(source))
          .results()
          .forEach(found -> shown.add(found.group(1) + "#" + found.group(2)));
    }
    List<String> written = new ArrayList<>();
    try (Stream<Path> files = Files.list(SNIPPETS.resolve("dev/outlive/memory/snippets"))) {
      for (Path file : files.toList()) {
        REGION
            .matcher(Files.readString(file))
            .results()
            .forEach(found -> written.add(SNIPPETS.relativize(file) + "#" + found.group(1)));
      }
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(written).hasSizeGreaterThan(4);
  }
}
