package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StartLineTest {
  @AutoClose private final Processes processes = new Processes();

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  private Process start(StartLine line, List<String> command) throws IOException {
    Process process = new ProcessBuilder(line.wrap(command)).start();
    processes.track(process);
    return process;
  }

  private static void say(Process process, String words) throws IOException {
    try (OutputStream link = process.getOutputStream()) {
      link.write(words.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void linuxHasTheBestLine() {
    assertThat(StartLine.best()).isEqualTo(StartLine.SESSION);
    assertThat(StartLine.SESSION.missing()).isEmpty();
    assertThat(StartLine.SESSION.ownSession()).isTrue();
    assertThat(StartLine.SHELL.missing()).contains("setsid");
    assertThat(StartLine.SHELL.ownSession()).isFalse();
    assertThat(StartLine.PLAIN.missing()).contains("sh");
  }

  @Test
  void aSessionIsTheWorkersOwnFromTheStart() throws IOException {
    ProcessIdentity worker = processes.session("sleep 600");
    ProcessStat stat = ProcessStat.read(worker.pid()).orElseThrow();
    assertThat(stat.session()).isEqualTo(worker.pid());
    assertThat(stat.group()).isEqualTo(worker.pid());
    assertThat(stat.parent()).isEqualTo(ProcessHandle.current().pid());
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "SHELL"})
  void theLinkIsPrivateAndTextGoesToStderr(StartLine line) throws Exception {
    Process worker =
        start(
            line,
            List.of(
                "sh",
                "-c",
                "echo text; echo error >&2; cat; ulimit -c; read word <&4; echo \"got $word\""
                    + " >&3"));
    say(worker, "hello\n");
    assertThat(text(worker.getInputStream())).isEqualTo("got hello\n");
    assertThat(text(worker.getErrorStream())).isEqualTo("text\nerror\n0\n");
    assertThat(worker.waitFor()).isZero();
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    String script = "printf '%s|' \"$@\"; read word <&4";
    Process worker =
        start(
            StartLine.SESSION, List.of("sh", "-c", script, "sh", "a b", "$HOME", "", "'\"\\", "*"));
    say(worker, "end\n");
    assertThat(text(worker.getErrorStream())).isEqualTo("a b|$HOME||'\"\\|*|");
    assertThat(worker.waitFor()).isZero();
  }

  @Test
  void aJavaWorkersChildWithInheritedStreamsHasNoWayToTheLink() throws Exception {
    Process worker = start(StartLine.SESSION, Processes.java(true, LinkEcho.class, "SESSION"));
    String out = pipe(worker, 3);
    String in = pipe(worker, 4);
    say(worker, "hello\n");
    assertThat(text(worker.getInputStream())).isEqualTo("hello\n");
    assertThat(text(worker.getErrorStream()))
        .contains("stray text", "/dev/null")
        .doesNotContain("hello", out, in);
    assertThat(worker.waitFor()).isZero();
  }

  @Test
  void withoutAShellTheLinkIsStdinAndStdout() throws Exception {
    Process worker = start(StartLine.PLAIN, Processes.java(true, LinkEcho.class, "PLAIN"));
    say(worker, "hello\n");
    assertThat(text(worker.getInputStream())).startsWith("hello\n");
    assertThat(text(worker.getErrorStream())).contains("stray text");
    assertThat(worker.waitFor()).isZero();
  }

  /** The file is only named like one: what is written into it shows what the kernel would get. */
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "SHELL"})
  void aControlGroupIsJoinedBeforeAllElse(StartLine line, @TempDir Path directory)
      throws Exception {
    Path procs = directory.resolve("it's; touch \"$0\" `id` $(id)");
    Files.createFile(procs);
    Process worker =
        new ProcessBuilder(
                line.wrap(
                    List.of("sh", "-c", "printf '%s|' \"$@\"; read word <&4", "sh", "a b", "*"),
                    false,
                    Optional.of(procs)))
            .directory(directory.toFile())
            .start();
    processes.track(worker);
    say(worker, "end\n");
    assertThat(text(worker.getErrorStream())).isEqualTo("a b|*|");
    assertThat(worker.waitFor()).isZero();
    assertThat(procs).hasContent("0\n");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "SHELL"})
  void whereItCannotBeJoinedTheWorkerSaysSoAndStarts(StartLine line, @TempDir Path directory)
      throws Exception {
    Path procs = directory.resolve("no such group/cgroup.procs");
    List<String> command =
        line.wrap(
            List.of("sh", "-c", "echo up; ulimit -c; echo out >&3; read word <&4"),
            false,
            Optional.of(procs));
    Process worker = new ProcessBuilder(command).start();
    processes.track(worker);
    say(worker, "end\n");
    assertThat(text(worker.getErrorStream()))
        .isEqualTo(
            "outlive: this worker starts outside of its control group: "
                + procs
                + " cannot be written\nup\n0\n");
    assertThat(text(worker.getInputStream())).isEqualTo("out\n");
    assertThat(worker.waitFor()).isZero();
  }

  @Test
  void theBareCommandJoinsNothing() {
    assertThat(StartLine.PLAIN.wrap(List.of("java"), false, Optional.of(Path.of("/x"))))
        .containsExactly("java");
  }

  @Test
  void anEmptyCommandIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> StartLine.PLAIN.wrap(List.of()));
  }

  /** Waits for the shell to have moved the link to its descriptors. */
  private static String pipe(Process worker, int descriptor) {
    Path link = Path.of("/proc/" + worker.pid() + "/fd/" + descriptor);
    Await.until("fd " + descriptor, () -> read(link).startsWith("pipe:"));
    return read(link);
  }

  private static String read(Path link) {
    try {
      return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : "";
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }
}
