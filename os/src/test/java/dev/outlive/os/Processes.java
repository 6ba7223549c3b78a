package dev.outlive.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The processes of one test, all of which end with it. */
final class Processes implements AutoCloseable {
  /** A script with two children, each in a group of its own within the session. */
  static final String JOB_CONTROL = "exec bash -c 'set -m; sleep 600 & sleep 600 & wait'";

  private final List<ProcessIdentity> started = new ArrayList<>();

  /** Starts a worker that is a shell script, and waits until it leads its own session. */
  ProcessIdentity session(String script) throws IOException {
    return session(new ProcessBuilder(StartLine.SESSION.wrap(List.of("sh", "-c", script))));
  }

  ProcessIdentity session(ProcessBuilder builder) throws IOException {
    ProcessIdentity leader =
        start(builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD));
    Await.until(
        "a session for " + leader,
        () -> ProcessStat.read(leader.pid()).orElseThrow().session() == leader.pid());
    return leader;
  }

  ProcessIdentity start(ProcessBuilder builder) throws IOException {
    return track(builder.start());
  }

  ProcessIdentity track(Process process) {
    return track(ProcessIdentity.of(process.pid()).orElseThrow());
  }

  ProcessIdentity track(ProcessIdentity process) {
    started.add(process);
    return process;
  }

  /** Reads one "token token …" line and tracks what it names. */
  List<ProcessIdentity> trackLine(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new AssertionError("the process ended without a line");
    }
    return Arrays.stream(line.split(" ", -1))
        .map(ProcessIdentity::parse)
        .map(Optional::orElseThrow)
        .map(this::track)
        .toList();
  }

  /** Waits until the session has that many live members, and returns them. */
  static List<ProcessIdentity> members(ProcessIdentity leader, int count) {
    ProcessGroup group = new ProcessGroup(leader);
    Await.until(
        count + " members of " + leader,
        () -> group.members().stream().filter(stat -> !stat.dead()).count() == count);
    return group.members().stream()
        .filter(stat -> !stat.dead())
        .map(stat -> new ProcessIdentity(stat.pid(), stat.startTicks()))
        .toList();
  }

  static List<String> java(boolean nativeAccess, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    if (nativeAccess) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public void close() {
    for (ProcessIdentity process : started) {
      ProcessGroup group = new ProcessGroup(process);
      Await.until("end of " + process, () -> group.sweep() == 0);
    }
  }
}
