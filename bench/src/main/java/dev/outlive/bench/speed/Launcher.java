package dev.outlive.bench.speed;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.outlive.bench.contender.FirstByte;
import dev.outlive.bench.contender.OutliveContender;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs one measurement of one contender in a process of its own and reads what it prints. */
final class Launcher {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FULL_LIMIT_SECONDS = 14; // billiard misses a worker after ten
  private static final int QUICK_LIMIT_SECONDS = 1;

  private final Path bench;
  private final String python;
  private final boolean quick;
  private final Optional<Path> limits;

  /**
   * Creates a launcher.
   *
   * @param bench the module's directory
   * @param python the interpreter of the peers
   * @param limits the program that measures the machine, where it could be compiled
   */
  Launcher(Path bench, String python, Optional<Path> limits, boolean quick) {
    this.bench = bench;
    this.python = python;
    this.limits = limits;
    this.quick = quick;
  }

  /** A measurement that brought nothing. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    /** What to tell. */
    final String what;

    FailedException(String what) {
      super(what);
      this.what = what;
    }
  }

  /**
   * Takes a measurement.
   *
   * @return the samples by variant; empty where the contender has nothing like that
   * @throws FailedException if the process fails, or takes more than two minutes
   */
  Map<String, List<Double>> measure(Measurement measurement, Contender contender)
      throws IOException, InterruptedException, FailedException {
    Path directory = Files.createTempDirectory("outlive-bench-");
    try {
      List<String> command = command(contender);
      command.add(measurement.id());
      command.add(Integer.toString(measurement.units(quick)));
      command.add(Integer.toString(measurement.rounds(quick)));
      command.add(Integer.toString(quick ? QUICK_LIMIT_SECONDS : FULL_LIMIT_SECONDS));
      command.add(directory.toString());
      if (contender == Contender.LIMITS) {
        command.addAll(bareJvm());
      }
      return samples(output(command, directory, contender + " " + measurement.id()));
    } finally {
      delete(directory);
    }
  }

  private List<String> command(Contender contender) throws FailedException {
    return new ArrayList<>(
        switch (contender) {
          case OUTLIVE ->
              java(List.of("--enable-native-access=ALL-UNNAMED"), OutliveContender.class);
          case OUTLIVE_PLAIN -> java(List.of(), OutliveContender.class);
          case POOL, EXECUTOR, LOKY, PEBBLE, BILLIARD ->
              List.of(
                  python,
                  "-W",
                  "ignore",
                  bench.resolve("peers/run.py").toString(),
                  contender.peer());
          case LIMITS ->
              List.of(limits.orElseThrow(() -> new FailedException("no C compiler")).toString());
        });
  }

  private static List<String> java(List<String> options, Class<?> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    return command;
  }

  private static List<String> bareJvm() {
    return java(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"), FirstByte.class);
  }

  private static String output(List<String> command, Path directory, String what)
      throws IOException, InterruptedException, FailedException {
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      throw new FailedException(what + " took more than " + PATIENCE.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw new FailedException(
          what + " ended with " + process.exitValue() + ": " + last(Files.readString(err)));
    }
    return Files.readString(out);
  }

  private static String last(String text) {
    return text.strip().lines().reduce((_, line) -> line).orElse("it printed nothing");
  }

  private static Map<String, List<Double>> samples(String printed) throws FailedException {
    Printed said;
    try {
      said = new Gson().fromJson(last(printed), Printed.class);
    } catch (JsonParseException e) {
      throw new FailedException("not a line of samples: " + last(printed));
    }
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    said.samples()
        .forEach(
            (variant, values) ->
                samples.put(variant, values.stream().map(Launcher::orNever).toList()));
    return samples;
  }

  private static double orNever(@Nullable Double sample) {
    return sample == null ? Double.POSITIVE_INFINITY : sample;
  }

  /** The line of JSON that a contender prints. */
  private record Printed(Map<String, List<@Nullable Double>> samples) {}

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path place, @Nullable IOException e)
              throws IOException {
            Files.delete(place);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
