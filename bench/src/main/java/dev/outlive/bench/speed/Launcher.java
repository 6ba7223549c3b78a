package dev.outlive.bench.speed;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.outlive.bench.ChildProgram;
import dev.outlive.bench.ChildProgram.FailedException;
import dev.outlive.bench.contender.CacheProgram;
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
      return samples(
          ChildProgram.lastLine(command, directory, PATIENCE, contender + " " + measurement.id()));
    } finally {
      delete(directory);
    }
  }

  private List<String> command(Contender contender) throws FailedException {
    return new ArrayList<>(
        switch (contender) {
          case OUTLIVE, OUTLIVE_PLAIN ->
              ChildProgram.java(options(contender), OutliveContender.class);
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

  private List<String> options(Contender outlive) {
    List<String> options = new ArrayList<>();
    options.add("-Doutlive.aot.directory=" + caches());
    if (outlive == Contender.OUTLIVE) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    return options;
  }

  private Path caches() {
    return bench.resolve("target/aot");
  }

  /** Has the AOT cache made that a pool makes when it is idle, and that all later ones have. */
  void makeCaches() throws IOException, InterruptedException, FailedException {
    Path directory = Files.createTempDirectory("outlive-bench-");
    if (Files.exists(caches())) {
      delete(caches()); // of an older build
    }
    try {
      for (Contender outlive : List.of(Contender.OUTLIVE, Contender.OUTLIVE_PLAIN)) {
        List<String> command = ChildProgram.java(options(outlive), CacheProgram.class);
        command.add(caches().toString());
        var _ = ChildProgram.lastLine(command, directory, PATIENCE, outlive + " AOT cache");
      }
    } finally {
      delete(directory);
    }
  }

  private static List<String> bareJvm() {
    return ChildProgram.java(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"), FirstByte.class);
  }

  private static Map<String, List<Double>> samples(String printed) throws FailedException {
    Printed said;
    try {
      said = new Gson().fromJson(printed, Printed.class);
    } catch (JsonParseException e) {
      throw new FailedException("not a line of samples: " + printed);
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
