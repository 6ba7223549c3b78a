package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manager's API reference can be made, and shows what the compiler has seen. Budget: 6 s. */
class ReferenceTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path SNIPPETS = Path.of("src/test/java");

  @Test
  void javadocHasNoComplaint() {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    List<String> arguments =
        new ArrayList<>(List.of("-quiet", "-Xdoclint:all,-missing", "-Werror", "-notimestamp"));
    arguments.addAll(List.of("--snippet-path", SNIPPETS.toString(), "-d", "target/reference"));
    arguments.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "-sourcepath", "src/main/java"));
    arguments.addAll(List.of("dev.outlive.manager", "dev.outlive.managed"));
    int status =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));
    assertThat(status).as(said.toString()).isZero();
  }

  @Test
  void everySnippetIsShownSomewhere() throws Exception {
    String shown = read(MAIN);
    List<String> regions =
        Pattern.compile("// @start region=\"([^\"]+)\"")
            .matcher(read(SNIPPETS.resolve("dev/outlive/snippets")))
            .results()
            .map(MatchResult::group)
            .map(region -> region.substring("// @start ".length()))
            .toList();
    assertThat(regions).hasSize(4).allSatisfy(region -> assertThat(shown).contains(region + "}"));
  }

  private static String read(Path directory) throws Exception {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
