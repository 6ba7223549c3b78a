package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command in JVMs of its own. Budget: 60 s. */
class MapCommandTest {
  private static final String SOURCE =
      """
      public class F {
        public static String f(String input) throws Exception {
          switch (input) {
            case "exit" -> System.exit(7);
            case "throw" -> throw new java.io.IOException("no such luck");
            case "own" -> throw new Own("of my own");
            case "hang" -> new java.util.concurrent.CountDownLatch(1).await();
            case "null" -> { return null; }
            case "print" -> System.out.println("never on stdout");
            default -> {}
          }
          return "<" + input + ">";
        }
        static class Own extends Exception { Own(String message) { super(message); } }
      }
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeSource() throws IOException {
    Files.writeString(directory.resolve("F.java"), SOURCE);
  }

  private Cli map(String stdin, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("map", "-j", "2", "--source", "F.java"));
    all.addAll(List.of(arguments));
    return Cli.start(directory, stdin, all.toArray(String[]::new));
  }

  @Test
  void resultsComeInTheOrderOfTheInputsAndAllDoneIs0() throws Exception {
    String[] inputs = IntStream.range(0, 200).mapToObj(Integer::toString).toArray(String[]::new);
    try (Cli cli = map("", inputs)) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out())
          .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "<" + i + ">").toList());
      assertThat(cli.err()).contains("outlive: 200 done, 0 failed");
    }
  }

  @Test
  void someFailedIs1AndTheTableNamesThemInTheOrderOfTheInputs() throws Exception {
    try (Cli cli = map("", "--timeout", "6s", "a", "hang", "exit", "throw", "print", "b")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out()).containsExactly("<a>", "<print>", "<b>");
      String err = cli.err();
      assertThat(err.substring(err.indexOf("input ")).lines())
          .satisfiesExactly(
              head -> assertThat(head).matches("input +cause +attempts +what happened"),
              hang ->
                  assertThat(hang)
                      .matches(
                          "hang +TIMEOUT +1 +ran for longer than 6 s(; it was at"
                              + " F.f\\(F.java:7\\)|. .* 250 ms.*)"),
              exit ->
                  assertThat(exit)
                      .matches(
                          "exit +EXIT +1 +ended itself with exit status 7: System.exit was called"
                              + " at F.f\\(F.java:4\\) in the task's thread"),
              thrown ->
                  assertThat(thrown)
                      .matches(
                          "throw +EXCEPTION +1 +java.io.IOException: no such luck; thrown at"
                              + " F.f\\(F.java:5\\)"),
              line -> assertThat(line).isEmpty(),
              head -> assertThat(head).isEqualTo("what to do"),
              late ->
                  assertThat(late)
                      .isEqualTo("TIMEOUT  Raise the limit, or find out what the task hangs on."),
              exit -> assertThat(exit).startsWith("EXIT     Take System.exit out of"),
              counts -> assertThat(counts).startsWith("outlive: 3 done, 3 failed, "));
      assertThat(err).doesNotContain("WARNING");
    }
  }

  @Test
  void jsonHasAnObjectForEachInputAndCrashesAreRetried() throws Exception {
    try (Cli cli = map("", "--json", "--retries", "1", "a \"b\" ß漢😀\n", "exit", "own", "null")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out())
          .satisfiesExactly(
              done ->
                  assertThat(done)
                      .isEqualTo(
                          "{\"input\":\"a \\\"b\\\" ß漢😀\\n\",\"ok\":true,"
                              + "\"value\":\"<a \\\"b\\\" ß漢😀\\n>\"}"),
              exit ->
                  assertThat(exit)
                      .startsWith(
                          "{\"input\":\"exit\",\"ok\":false,\"cause\":\"EXIT\",\"attempts\":2,")
                      .contains(
                          "\"certainty\":\"PROVEN\",\"summary\":\"worker ",
                          "\"advice\":\"Take System.exit out of what the task calls, or replace it"
                              + " by an exception.\",\"evidence\":[\"exit status: 7"),
              own ->
                  assertThat(own)
                      .startsWith(
                          "{\"input\":\"own\",\"ok\":false,\"cause\":\"EXCEPTION\",\"attempts\":1,"
                              + "\"exception\":\"F$Own\",\"message\":\"of my own\","
                              + "\"certainty\":\"PROVEN\","
                              + "\"summary\":\"F$Own: of my own; thrown at F.f(F.java:6)\","
                              + "\"advice\":\"\",\"evidence\":[]"),
              none ->
                  assertThat(none).isEqualTo("{\"input\":\"null\",\"ok\":true,\"value\":null}"));
    }
  }

  @Test
  void inputsAreTheLinesOfStdinWhereNoneAreGiven() throws Exception {
    try (Cli cli = map("a b\n\"quoted\"\n\n@file\nß漢")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out()).containsExactly("<a b>", "<\"quoted\">", "<>", "<@file>", "<ß漢>");
    }
  }

  @Test
  void inputsMayComeFromAFileAfterThoseOfTheCommandLine() throws Exception {
    Files.writeString(directory.resolve("list"), "x y\n-z\n");
    try (Cli cli = map("never read\n", "-a", "list", "@first", "--", "--second")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out()).containsExactly("<@first>", "<--second>", "<x y>", "<-z>");
    }
  }

  @Test
  void inputsMayBeLongAndHoldControlCharacters() throws Exception {
    String faces = "\ud83d\ude00".repeat(300);
    try (Cli cli = map("", "--on-exception", "skip", faces, "a\u001b[2Jb\u009b", "throw")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out()).containsExactly("<" + faces + ">", "<a\u001b[2Jb\u009b>");
    }
  }

  @Test
  void noInputIsAllDone() throws Exception {
    try (Cli cli = map("")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out()).isEmpty();
    }
  }

  @Test
  void inputsThatAreNotUtf8AreRefusedAfterThoseThatAre() throws Exception {
    Files.write(directory.resolve("list"), new byte[] {'a', '\n', (byte) 0xff, '\n'});
    try (Cli cli = map("", "-a", "list")) {
      assertThat(cli.status()).isEqualTo(2);
      assertThat(cli.err()).contains("the inputs cannot be read");
    }
  }

  @Test
  void underFailTheFirstFailureEndsTheRunWith1() throws Exception {
    try (Cli cli = map("", "--json", "--on-exception", "fail", "hang", "throw", "a", "b")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out().getFirst()).contains("\"cause\":\"CANCELLED\"");
      assertThat(cli.out().get(1)).contains("\"cause\":\"EXCEPTION\"");
      assertThat(cli.err()).contains("stopped, since throw: EXCEPTION").doesNotContain("\nhang");
    }
  }

  @Test
  void underAbortTheFirstFailureEndsTheRunWith3() throws Exception {
    try (Cli cli = map("", "--on-crash", "ABORT", "hang", "exit", "a", "b")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(3);
      assertThat(cli.err()).contains("aborted, since exit: EXIT");
    }
  }

  @Test
  void nothingOfTheCompilerIsLeft() throws Exception {
    Files.writeString(
        directory.resolve("Where.java"),
        """
        public class Where {
          public static String home(String input) {
            return Where.class.getProtectionDomain().getCodeSource().getLocation().getPath();
          }
        }
        """);
    try (Cli cli = Cli.start(directory, "", "map", "--source", "Where.java", "x")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(Path.of(cli.out().getFirst())).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          map a                                        | say what to run
          map --java F::f a                            | -cp CP
          map --java F -cp . a                         | --java takes Class::method
          map --java F::f -cp no a                     | the class path names no
          map --java F::f -cp . a                      | class F is not on the class path
          map --java java.lang.Integer::x -cp . a      | Integer has no method
          map --source No.java a                       | No.java cannot be read
          map --source Bad.java a                      | Bad.java:1: error:
          map --source F.java -a no                    | file of inputs, no, cannot be read
          map --source F.java -j 0 a                   | workers must be 1..1024, workers=0
          map --source F.java -j x a                   | 'x' is not an int
          map --source F.java --retries -1 a           | --retries must be 0..999
          map --source F.java --timeout 0s a           | timeout must be over 0
          map --source F.java --timeout soon a         | such as 500ms or 3s, not 'soon'
          map --source F.java --max-heap 1m a          | maxHeap must be 8.0 MiB or more
          map --source F.java --max-heap x a           | such as 128m or 1g, not 'x'
          map --source F.java --memory 1m a            | memoryPerWorker must be 64.0 MiB or more
          map --source F.java --memory much a          | such as 128m or 1g, not 'much'
          map --source F.java --memory 128m --max-heap 1g a | does not fit into memoryPerWorker 128.0 MiB
          map --source F.java --retry-memory 1 a       | --retry-memory must be 2..1000
          map --source F.java --retry-memory x a       | 'x' is not an int
          map --source F.java --on-crash cry a         | 'cry'
          map --source F.java --no-such a              | --no-such
          demo                                         | start it with ./outlive
          mapp                                         | mapp
          """)
  void whatCannotBeRunIsRefusedInASentenceWith2(String command, String sentence) throws Exception {
    Files.writeString(directory.resolve("Bad.java"), "public class {}");
    try (Cli cli = Cli.start(directory, "", command.split(" "))) {
      assertThat(cli.status()).isEqualTo(2);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err()).startsWith("outlive: ").contains(sentence).doesNotContain("\tat ");
    }
  }
}
