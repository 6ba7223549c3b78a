package dev.outlive.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Every Java file that git tracks is formatted as google-java-format does it. The formatter runs in
 * a JVM of its own: the flags that it needs would slow down every worker that inherits them.
 * Budget: 15 s.
 */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class FormattingTest {
  private static final List<String> PACKAGES =
      List.of("api", "code", "file", "parser", "tree", "util");
  private static final List<String> JARS =
      List.of("google-java-format-", "guava-", "failureaccess-", "commonmark-");

  @Test
  void everyJavaFileIsFormatted() throws Exception {
    Path root = root();
    List<String> files = trackedFiles(root);
    assertThat(files).hasSizeGreaterThan(100);

    List<String> check = formatter();
    check.add("--dry-run");
    check.addAll(files);
    List<String> wrong = run(root, check);

    List<String> cure = formatter();
    cure.add("--replace");
    cure.addAll(wrong);
    assertThat(wrong)
        .as("files that are not formatted; this formats them:%n%s", String.join(" ", cure))
        .isEmpty();
  }

  private static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve(".git"))) {
      path = path.getParent();
      assertThat(path).as("a directory with .git above this one").isNotNull();
    }
    return path;
  }

  private static List<String> trackedFiles(Path root) throws Exception {
    return run(root, List.of("git", "ls-files", "--", "*.java")).stream()
        .filter(file -> Files.exists(root.resolve(file)))
        .toList();
  }

  private static List<String> formatter() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String name : PACKAGES) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
    }
    String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
    List<String> jars = Stream.of(classPath).filter(FormattingTest::isNeeded).toList();
    command.addAll(List.of("-cp", String.join(File.pathSeparator, jars)));
    command.add("com.google.googlejavaformat.java.Main");
    return command;
  }

  private static boolean isNeeded(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return JARS.stream().anyMatch(name::startsWith);
  }

  /** Returns the lines that a command prints; it must succeed. */
  private static List<String> run(Path directory, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status of %s", command.getFirst()).isZero();
    return text.lines().toList();
  }
}
