package dev.outlive.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the README of the testkit against its code. */
final class ReadmeTest {
  private static final Path SOURCES = Path.of("src");
  private static final Pattern CAUSE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)*)`");

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @Test
  void the_example_is_a_test() throws IOException {
    String test =
        Files.readString(SOURCES.resolve("test/java/dev/outlive/testkit/ExampleTest.java"));
    String example = test.substring(test.indexOf("@ExtendWith"));
    assertThat(readme()).contains("```java\n" + example + "```\n");
  }

  @Test
  void each_public_class_is_named() throws Exception {
    try (var files = Files.list(SOURCES.resolve("main/java/dev/outlive/testkit"))) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .filter(name -> !name.equals("package-info"))
              .filter(ReadmeTest::isPublic)
              .toList();
      assertThat(names).hasSizeGreaterThan(5);
      String readme = readme();
      assertThat(names).allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
    }
  }

  private static boolean isPublic(String name) {
    try {
      return Modifier.isPublic(
          Class.forName(ReadmeTest.class.getPackageName() + "." + name).getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError("a file without its class", e);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Crash.class, Exhaust.class})
  void each_way_to_die_has_a_row(Class<?> ways) throws IOException {
    List<String> rows = readme().lines().filter(line -> line.startsWith("| `")).toList();
    List<String> names =
        Arrays.stream(ways.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .toList();
    assertThat(names)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(rows).anyMatch(row -> row.startsWith("| `" + name + "(")));
  }

  @Test
  void each_cause_that_is_named_exists() throws IOException {
    List<String> known = Arrays.stream(Cause.values()).map(Cause::name).toList();
    List<String> named =
        CAUSE.matcher(readme()).results().map(found -> found.group(1)).distinct().toList();
    assertThat(named).hasSizeGreaterThan(15).isSubsetOf(known);
  }
}
