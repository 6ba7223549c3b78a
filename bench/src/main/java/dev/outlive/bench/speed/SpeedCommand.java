package dev.outlive.bench.speed;

import dev.outlive.bench.ChildProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench/run}: measures Outlive and its peers in turn, and writes the report. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description =
        "Measures Outlive and Python's pools in one run, interleaved, and writes speed.md and"
            + " speed.json.",
    footer = {
      "Exit: 0 measured, 1 some measurement failed, 2 usage, or fewer than three peers.",
      "Other programs: bench/run --jmh [OPTIONS OF JMH], bench/run --growth [--help]."
    })
public final class SpeedCommand implements Callable<Integer> {
  private static final int USAGE = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "one repeat with fewer units, to bench/target/benchmarks")
  private boolean quick;

  @Option(names = "--repeats", paramLabel = "N", description = "how often each is measured (5)")
  private int repeats = 5;

  @Option(names = "--only", paramLabel = "MEASUREMENT", split = ",", description = "only these")
  private List<String> only = List.of();

  @Option(names = "--python", paramLabel = "PATH", description = "of the peers (/usr/bin/python3)")
  private String python = "/usr/bin/python3";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the report goes (docs/benchmarks)")
  private @Nullable Path out;

  private SpeedCommand(CommandSpec spec) {
    this.spec = spec;
  }

  /** Runs the command and ends with its status. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new SpeedCommand(CommandSpec.create()));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Measurement> measurements = measurements();
    if (repeats < 1) {
      throw new ParameterException(
          spec.commandLine(), "--repeats must be 1 or more, is " + repeats);
    }
    Path bench = Path.of(System.getProperty("outlive.bench", "bench")).toAbsolutePath();
    Peers peers = Peers.of(python, bench.resolve("peers/run.py"));
    if (!peers.enough()) {
      spec.commandLine().getErr().println("bench: " + peers.complaint(python));
      return USAGE;
    }
    Run run = run(bench, peers, measurements);
    Path directory = out != null ? out : standard(bench);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("speed.md"), MarkdownReport.of(run));
    Files.writeString(directory.resolve("speed.json"), JsonReport.of(run));
    say("wrote " + directory.resolve("speed.md") + " and speed.json");
    return run.results().faults().isEmpty() ? 0 : 1;
  }

  private Path standard(Path bench) {
    return quick || !only.isEmpty()
        ? bench.resolve("target/benchmarks")
        : bench.resolveSibling("docs/benchmarks");
  }

  private List<Measurement> measurements() {
    if (only.isEmpty()) {
      return List.of(Measurement.values());
    }
    List<Measurement> chosen = new ArrayList<>();
    for (String id : only) {
      chosen.add(Measurement.of(id).orElseThrow(() -> unknown(id)));
    }
    return chosen;
  }

  private ParameterException unknown(String id) {
    List<String> known = Arrays.stream(Measurement.values()).map(Measurement::id).toList();
    return new ParameterException(
        spec.commandLine(), "no measurement \"" + id + "\"; there are " + String.join(", ", known));
  }

  private Run run(Path bench, Peers peers, List<Measurement> measurements)
      throws IOException, InterruptedException {
    Instant began = Instant.now();
    Optional<Path> limits = LimitsProgram.compiled(bench);
    Launcher launcher = new Launcher(bench, python, limits, quick);
    List<Contender> contenders =
        new ArrayList<>(List.of(Contender.OUTLIVE, Contender.OUTLIVE_PLAIN));
    contenders.addAll(peers.present());
    limits.ifPresent(_ -> contenders.add(Contender.LIMITS));
    Results results = new Results();
    if (limits.isEmpty()) {
      say("there is no C compiler: the machine's own limits are left out");
    }
    try {
      launcher.makeCaches();
    } catch (ChildProgram.FailedException e) {
      results.fault(e.what());
    }
    List<Double> loads = new ArrayList<>();
    int rounds = quick ? 1 : repeats;
    for (int i = 1; i <= rounds; i++) {
      loads.add(Machine.load());
      for (Measurement measurement : measurements) {
        say("repeat %d of %d: %s".formatted(i, rounds, measurement.id()));
        for (Contender contender : contenders) {
          if (measurement.has(contender)) {
            measure(launcher, measurement, contender, results);
          }
        }
      }
    }
    loads.add(Machine.load());
    Map<String, String> versions = new LinkedHashMap<>(peers.versions());
    long seconds = Duration.between(began, Instant.now()).toSeconds();
    return new Run(began, seconds, rounds, quick, Machine.here(), loads, versions, results);
  }

  private static void measure(
      Launcher launcher, Measurement measurement, Contender contender, Results results)
      throws IOException, InterruptedException {
    try {
      launcher
          .measure(measurement, contender)
          .forEach((variant, samples) -> results.add(measurement, contender, variant, samples));
    } catch (ChildProgram.FailedException e) {
      results.fault(e.what());
    }
  }

  private void say(String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + what);
    err.flush();
  }
}
