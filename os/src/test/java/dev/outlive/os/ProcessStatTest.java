package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessStatTest {
  @AutoClose private final Processes processes = new Processes();

  private static String line(String comm) {
    String rest =
        IntStream.rangeClosed(7, 52).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    return "4711 (" + comm + ") S 1 2 3 " + rest + "\n";
  }

  @Test
  void aNameWithSpacesAndParenthesesIsReadWhole() {
    assertThat(ProcessStat.parse(line("a) b (c")))
        .contains(new ProcessStat(4711, "a) b (c", 'S', 1, 2, 3, 9, 22));
  }

  @Test
  void aNameWithALineEndAndWhatLooksLikeFieldsIsReadWhole() {
    assertThat(ProcessStat.parse(line("x\n1 (y) R 9 9 9 ")).orElseThrow())
        .returns("x\n1 (y) R 9 9 9 ", ProcessStat::comm)
        .returns(3L, ProcessStat::session);
  }

  @Test
  void whatIsNotAStatLineIsNoProcess() {
    assertThat(ProcessStat.parse("")).isEmpty();
    assertThat(ProcessStat.parse("4711 (sh) S 1 2 3")).isEmpty();
    assertThat(ProcessStat.parse("4711 (sh S 1 2 3")).isEmpty();
    assertThat(ProcessStat.parse(line("sh").replace("S 1 2", "S 1 x"))).isEmpty();
    assertThat(ProcessStat.parse(line("sh").replace("4711 ", ""))).isEmpty();
  }

  @Test
  void thisProcessIsAmongAll() {
    long self = ProcessHandle.current().pid();
    ProcessStat stat = ProcessStat.read(self).orElseThrow();
    assertThat(stat.dead()).isFalse();
    assertThat(stat.parent()).isEqualTo(ProcessHandle.current().parent().orElseThrow().pid());
    assertThat(ProcessStat.all())
        .anySatisfy(
            other -> {
              assertThat(other.pid()).isEqualTo(self);
              assertThat(other.startTicks()).isEqualTo(stat.startTicks());
            });
  }

  @Test
  void whoIsDeadOrBeyondRecallIsEnding() throws IOException {
    assertThat(new ProcessStat(7, "java", 'R', 1, 7, 7, 0x400000, 9).ending()).isFalse();
    assertThat(new ProcessStat(7, "java", 'R', 1, 7, 7, 0x400004, 9).ending()).isTrue();
    assertThat(new ProcessStat(7, "java", 'D', 1, 7, 7, 0x400040, 9).ending()).isFalse();
    assertThat(ProcessStat.read(ProcessHandle.current().pid()).orElseThrow().ending()).isFalse();

    // sleep does not wait for the child that the shell, which it was, has left it
    ProcessIdentity parent =
        processes.start(new ProcessBuilder("sh", "-c", "sh -c : & exec sleep 600"));
    Await.until(
        "a zombie",
        () ->
            ProcessStat.all().stream()
                .anyMatch(stat -> stat.parent() == parent.pid() && stat.ending()));
  }

  @Test
  void aNumberThatNobodyHasIsNoProcess() {
    assertThat(ProcessStat.read(Integer.MAX_VALUE)).isEmpty();
    assertThat(ProcessStat.read(0)).isEmpty();
    assertThat(ProcessStat.read(-1)).isEmpty();
  }

  @Test
  void aRealProgramWithAnUglyNameIsRead(@TempDir Path directory) throws IOException {
    Path program =
        Files.copy(Path.of(Executable.find("sleep").orElseThrow()), directory.resolve("a) b (c"));
    ProcessIdentity process = processes.start(new ProcessBuilder(program.toString(), "600"));
    Await.until(
        "exec", () -> ProcessStat.read(process.pid()).orElseThrow().comm().equals("a) b (c"));
    assertThat(process.isAlive()).isTrue();
  }
}
