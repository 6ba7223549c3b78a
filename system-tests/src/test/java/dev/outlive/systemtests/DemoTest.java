package dev.outlive.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.cli.Main;
import dev.outlive.examples.inbox.Manifest;
import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job, as {@code ./outlive demo --json} runs it, against the inbox's manifest; with more
 * time for each document, since the machine may be busy. Budget: 60 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 420, threadMode = ThreadMode.SEPARATE_THREAD)
class DemoTest {
  private static final Pattern RESULT =
      Pattern.compile(
          "\\{\"input\":\"([^\"]+)\",\"ok\":(?:true,\"value\":\"([0-9a-f]{64})\"\\}"
              + "|false,\"cause\":\"([A-Z_]+)\",\"attempts\":1,.*\\})");

  @TempDir Path directory;

  @Test
  void everyGoodDocumentIsDeliveredAndEveryBadOneNamed() throws Exception {
    Path inbox = directory.resolve("inbox");
    Path err = directory.resolve("stderr");
    Process demo = start(inbox, err);
    List<String> results = new String(demo.getInputStream().readAllBytes(), UTF_8).lines().toList();
    String said = Files.readString(err);
    assertThat(demo.waitFor()).as(said).isEqualTo(1);
    List<String> due = new ArrayList<>();
    for (Manifest.Entry entry : Manifest.read(inbox).entries()) {
      due.add(entry.name() + " " + (entry.good() ? entry.detail() : entry.due()));
    }
    assertThat(results.stream().map(DemoTest::nameAndResult)).containsExactlyElementsOf(due);
    assertThat(due).hasSize(300);
    assertThat(said)
        .contains("outlive: 284 done, 16 failed, ")
        .doesNotContain("WARNING", "A fatal error has been detected", "Full thread dump");
  }

  private static String nameAndResult(String line) {
    Matcher result = RESULT.matcher(line);
    assertThat(result.matches()).as(line).isTrue();
    return result.group(1) + " " + (result.group(2) == null ? result.group(3) : result.group(2));
  }

  private Process start(Path inbox, Path err) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> Files.exists(Path.of(entry)))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (NativeAccess.enabled()) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-XX:-UsePerfData", "-Doutlive.inbox=" + classPath));
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(List.of("demo", "--json", "--timeout", "25s", "--keep", inbox.toString()));
    return new ProcessBuilder(command).redirectError(err.toFile()).start();
  }
}
