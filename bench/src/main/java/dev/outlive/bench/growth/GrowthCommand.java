package dev.outlive.bench.growth;

import dev.outlive.bench.ChildProgram;
import dev.outlive.bench.speed.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench/run --growth}: measures each axis, and writes page and plots. */
@Command(
    name = "bench/run --growth",
    mixinStandardHelpOptions = true,
    description = "Measures how cost grows, and writes growth.md and growth-AXIS.svg.")
public final class GrowthCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "less far, to bench/target/benchmarks")
  private boolean quick;

  @Option(names = "--out", paramLabel = "DIR", description = "where it goes (docs/benchmarks)")
  private @Nullable Path out;

  private final List<String> faults = new ArrayList<>();

  private GrowthCommand(CommandSpec spec) {
    this.spec = spec;
  }

  /** Runs the command and ends with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GrowthCommand(CommandSpec.create())).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path bench = Path.of(System.getProperty("outlive.bench", "bench")).toAbsolutePath();
    Path standard =
        quick ? bench.resolve("target/benchmarks") : bench.resolveSibling("docs/benchmarks");
    Path directory = Files.createDirectories(out != null ? out : standard);
    Map<Axis, List<Point>> axes = new EnumMap<>(Axis.class);
    for (Axis axis : Axis.values()) {
      List<Point> points = points(axis);
      if (!points.isEmpty()) {
        axes.put(axis, points);
        Files.writeString(
            directory.resolve("growth-" + axis.id() + ".svg"), GrowthReport.plot(axis, points));
      }
    }
    Files.writeString(
        directory.resolve("growth.md"),
        GrowthReport.page(Machine.here(), Machine.load(), axes, faults));
    say("wrote " + directory.resolve("growth.md"));
    return faults.isEmpty() ? 0 : 1;
  }

  private List<Point> points(Axis axis) throws IOException, InterruptedException {
    List<Point> points = new ArrayList<>();
    for (long at : axis.points(quick).toArray()) {
      say(axis.title() + ": " + at);
      Path directory = Files.createTempDirectory("outlive-growth-");
      try {
        List<String> command =
            ChildProgram.java(List.of("--enable-native-access=ALL-UNNAMED"), GrowthProgram.class);
        command.addAll(List.of(axis.name(), Long.toString(at)));
        String what = axis.title() + " " + at;
        points.add(Point.of(ChildProgram.lastLine(command, directory, PATIENCE, what)));
      } catch (ChildProgram.FailedException e) {
        faults.add(e.what());
        say(e.what());
        break; // further is no better
      } finally {
        for (String name : List.of("stdout", "stderr")) {
          Files.deleteIfExists(directory.resolve(name));
        }
        Files.deleteIfExists(directory);
      }
    }
    return points;
  }

  private void say(String what) {
    spec.commandLine().getErr().println("bench: " + what);
    spec.commandLine().getErr().flush();
  }
}
