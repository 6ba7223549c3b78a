package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.examples.cookbook.ContainerShutdown;
import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.process.CookbookPage.Recipe;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each program of the cookbook is what the page has, prints what the page says, and leaves nothing
 * behind. Budget: 35 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CookbookTest {
  private static final int MOST_LINES = 40;
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration GONE = Duration.ofSeconds(2);

  private static final List<String> NAMESPACE =
      List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");

  /** What the JVM ends with after SIGTERM. */
  private static final int TERMINATED = 128 + 15;

  @TempDir Path scratch;

  static List<Recipe> recipes() throws IOException {
    return CookbookPage.recipes();
  }

  static List<Recipe> recipesThatEnd() throws IOException {
    return recipes().stream().filter(recipe -> !recipe.equals(consumer())).toList();
  }

  private static Recipe consumer() {
    try {
      String name = ContainerShutdown.class.getSimpleName();
      return recipes().stream().filter(recipe -> recipe.name().equals(name)).findFirst().get();
    } catch (IOException e) {
      throw new AssertionError("the page cannot be read", e);
    }
  }

  @Test
  void every_program_has_a_recipe() throws IOException {
    assertThat(recipes().stream().map(Recipe::name))
        .containsExactlyInAnyOrderElementsOf(CookbookPage.programs())
        .hasSizeGreaterThan(7);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void a_recipe_is_its_source_and_short(Recipe recipe) throws IOException {
    assertThat(recipe.code()).isEqualTo(recipe.source());
    assertThat(recipe.code().lines().count()).isLessThanOrEqualTo(MOST_LINES);
  }

  @ParameterizedTest
  @MethodSource("recipesThatEnd")
  void a_program_prints_what_the_page_says_and_leaves_nothing(Recipe recipe) throws Exception {
    try (Program program = Program.start(scratch, recipe.main())) {
      assertThat(program.readAll()).as(program::errors).matches(recipe.output());
      assertThat(program.exitValue(BOUND)).as(program::errors).isZero();
      program.awaitNothingLeft(GONE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_consumer_that_is_asked_to_end_finishes_what_it_has_accepted(boolean asProcess1)
      throws Exception {
    List<String> before = asProcess1 ? NAMESPACE : List.of();
    List<String> options =
        NativeAccess.enabled() ? List.of("--enable-native-access=ALL-UNNAMED") : List.of();
    try (Program program = Program.start(scratch, before, options, ContainerShutdown.class)) {
      program.awaitLine("acknowledged 1");
      Signal.TERM.to(asProcess1 ? onlyChild(program.pid()) : program.pid());
      String rest = program.readAll();
      assertThat(program.exitValue(BOUND)).as(program::errors).isEqualTo(TERMINATED);
      program.awaitNothingLeft(GONE);

      assertThat("accepted 1\naccepted 2\nacknowledged 1\n" + rest).matches(consumer().output());
      List<String> accepted = numbers("accepted", rest);
      List<String> acknowledged = numbers("acknowledged", rest);
      assertThat(acknowledged).contains("2").containsAll(accepted);
      assertThat(rest).doesNotContain("acknowledged null");
    }
  }

  private static long onlyChild(long pid) {
    List<ProcessHandle> children = ProcessHandle.of(pid).orElseThrow().children().toList();
    assertThat(children).hasSize(1);
    return children.getFirst().pid();
  }

  private static List<String> numbers(String what, String lines) {
    return Pattern.compile("^" + what + " (\\d+)$", Pattern.MULTILINE)
        .matcher(lines)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
