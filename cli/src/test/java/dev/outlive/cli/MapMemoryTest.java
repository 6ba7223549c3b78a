package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code --memory} and {@code --retry-memory}, in JVMs of their own. Budget: 45 s. */
@EnabledOnOs(OS.LINUX)
class MapMemoryTest {
  /** Takes memory where the JVM has no limit of its own: from malloc, and in a child. */
  private static final String SOURCE =
      """
      import java.lang.foreign.*;
      public class F {
        static final Linker LINKER = Linker.nativeLinker();
        public static String f(String input) throws Throwable {
          switch (input.replaceAll("[0-9]", "")) {
            case "native" -> take(amount(input));
            case "child" -> child(amount(input));
            case "heap" -> keep(new byte[(int) amount(input)]);
            case "slow" -> Thread.sleep(300);
            default -> {}
          }
          return "<" + input + ">";
        }
        static long amount(String input) {
          return Long.parseLong(input.replaceAll("[a-z]", "")) << 20;
        }
        static void take(long bytes) throws Throwable {
          var type = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
          var malloc =
              LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("malloc"), type);
          var block = ((MemorySegment) malloc.invokeExact(bytes)).reinterpret(bytes);
          block.fill((byte) 1);
          Thread.sleep(3_000);
          keep(block);
        }
        static void child(long bytes) throws Exception {
          new ProcessBuilder("sh", "-c", "{ head -c " + bytes + " /dev/zero; sleep 10; } | tail | wc")
              .inheritIO().start().waitFor();
        }
        static void keep(Object kept) {
          if (kept.hashCode() == 1) { System.out.println(); }
        }
      }
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeSource() throws IOException {
    Files.writeString(directory.resolve("F.java"), SOURCE);
  }

  private Cli map(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("map", "-j", "2", "--source", "F.java"));
    all.addAll(List.of(arguments));
    return Cli.start(directory, "", all.toArray(String[]::new));
  }

  @Test
  void whoHoldsMoreThanItMayIsKilledAndNoOther() throws Exception {
    try (Cli cli = map("--memory", "128m", "a", "native300", "slow", "child300", "b")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out()).containsExactly("<a>", "<slow>", "<b>");
      String err = cli.err();
      assertThat(err.substring(err.indexOf("input ")).lines())
          .anyMatch(line -> line.matches("native300 +MEMORY_LIMIT +1 +.*MiB.*128\\.0 MiB.*"))
          .anyMatch(line -> line.matches("child300 +MEMORY_LIMIT +1 +.*MiB.*128\\.0 MiB.*"))
          .anyMatch(line -> line.matches("MEMORY_LIMIT +\\S.*"))
          .last()
          .asString()
          .startsWith("outlive: 3 done, 2 failed, ");
      assertThat(err).doesNotContain("WARNING");
    }
  }

  @Test
  void triedAgainItGetsTwiceTheMemoryUntilThatIsEnough() throws Exception {
    try (Cli cli = map("--memory", "128m", "--retry-memory", "3", "a", "native300", "b")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out()).containsExactly("<a>", "<native300>", "<b>");
      assertThat(cli.err()).contains("outlive: 3 done, 0 failed");
    }
  }

  @Test
  void fourTimesTheMemoryIsTheMost() throws Exception {
    try (Cli cli = map("--json", "--memory", "96m", "--retry-memory", "4", "native600")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out())
          .singleElement()
          .asString()
          .contains("\"cause\":\"MEMORY_LIMIT\",\"attempts\":4,", "384.0 MiB");
    }
  }

  @Test
  void aHeapThatIsFullIsAWantOfMemoryToo() throws Exception {
    try (Cli cli = map("--max-heap", "32m", "--retry-memory", "3", "heap60")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out()).containsExactly("<heap60>");
    }
  }

  @Test
  void withoutItsOwnRetriesADeathForWantOfMemoryIsACrashLikeOthers() throws Exception {
    try (Cli cli = map("--json", "--memory", "128m", "--retries", "1", "native300")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out())
          .singleElement()
          .asString()
          .contains("\"cause\":\"MEMORY_LIMIT\",\"attempts\":2,");
    }
  }

  @Test
  void onCrashHasItsSayAfterTheLastAttempt() throws Exception {
    try (Cli cli = map("--memory", "128m", "--on-crash", "abort", "native300", "slow")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(3);
      assertThat(cli.err()).contains("aborted, since native300: MEMORY_LIMIT");
    }
  }
}
