package dev.outlive.bench.survival;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A column of the table: how its scenarios are started. */
enum Contender {
  OUTLIVE("outlive", "Outlive"),
  OUTLIVE_PLAIN("outlive-plain", "Outlive, no native access"),
  POOL("pool", "multiprocessing.Pool"),
  EXECUTOR("executor", "ProcessPoolExecutor"),
  LOKY("loky", "loky (joblib)"),
  PEBBLE("pebble", "pebble"),
  BILLIARD("billiard", "billiard");

  /** Where the script of the peers lies. */
  static final String SCRIPT_PROPERTY = "outlive.survival.peers";

  private static final String PYTHON = "/usr/bin/python3";

  final String id;
  final String title;

  Contender(String id, String title) {
    this.id = id;
    this.title = title;
  }

  static Optional<Contender> named(String id) {
    return Arrays.stream(values()).filter(contender -> contender.id.equals(id)).findFirst();
  }

  boolean isOutlive() {
    return this == OUTLIVE || this == OUTLIVE_PLAIN;
  }

  /** Returns the command line of a scenario. */
  List<String> command(Row row, boolean faulty, Path directory) {
    if (!isOutlive()) {
      return List.of(PYTHON, "-B", script(), id, row.id().replace('-', '_'), directory.toString());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (this == OUTLIVE) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx6g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Scenario.class.getName()));
    command.addAll(List.of(row.id(), faulty ? Scenario.FAULTY : "sound", directory.toString()));
    return command;
  }

  private static String script() {
    return System.getProperty(SCRIPT_PROPERTY, "bench/peers/survival/peers.py");
  }

  /** Returns what it is, with its version; empty if it is not installed. */
  Optional<String> version() throws IOException, InterruptedException {
    if (isOutlive()) {
      return Optional.of("JDK " + Runtime.version());
    }
    Process process;
    try {
      process =
          new ProcessBuilder(PYTHON, "-B", script(), id, "version")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return Optional.empty(); // there is no Python
    }
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
  }
}
