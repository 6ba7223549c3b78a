package dev.outlive.cli;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outlive map}: a Java method over many inputs. */
@Command(
    name = "map",
    description =
        "Calls a public static Java method with one String for each input, each in a process that"
            + " may die. Results go to stdout in the order of the inputs.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all inputs done",
      "1:some failed",
      "2:the command cannot be run as it was given",
      "3:aborted",
      "130:interrupted; the first Ctrl-C lets running inputs finish, the second stops at once"
    })
final class MapCommand implements Callable<Integer> {
  private static final String ON =
      "(default: skip) skip: a row in the table, the rest goes on; fail: end the run; abort: end"
          + " the run with exit status 3.";

  @Option(
      names = "-j",
      paramLabel = "N",
      description = "How many workers at a time. Default: the processors of this machine.")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = Amounts.Durations.class,
      description = "Limit for each attempt, such as 500ms, 3s, 2m. Default: none.")
  private @Nullable Duration timeout;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "Attempts after the first, when a worker died. Default: 0.")
  private int retries;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Amounts.Sizes.class,
      description =
          "What a worker may hold, with all that it starts, such as 512m, 2g: one that holds more"
              + " is killed, and no other. Default: no limit.")
  private @Nullable Bytes memory;

  @Option(
      names = "--retry-memory",
      paramLabel = "N",
      description =
          "Attempts, the first included, at an input whose worker died for want of memory. A"
              + " further one waits up to 5 minutes until what it needs is free, runs alone and"
              + " gets twice the memory: at most four times --memory (or the heap, without it), and"
              + " no more than there is. Such deaths do not count for --retries. Default: they do.")
  private @Nullable Integer memoryAttempts;

  @Option(
      names = "--max-heap",
      paramLabel = "SIZE",
      converter = Amounts.Sizes.class,
      description =
          "Java heap of a worker, such as 128m, 1g. Default: what fits into --memory; without that"
              + " the JVM's choice.")
  private @Nullable Bytes maxHeap;

  @Option(names = "--on-crash", paramLabel = "WHAT", description = "When a worker dies " + ON)
  private FailurePolicy onCrash = FailurePolicy.SKIP;

  @Option(names = "--on-exception", paramLabel = "WHAT", description = "When it throws " + ON)
  private FailurePolicy onException = FailurePolicy.SKIP;

  @Option(names = "--on-timeout", paramLabel = "WHAT", description = "When it is late " + ON)
  private FailurePolicy onTimeout = FailurePolicy.SKIP;

  @Option(names = "--json", description = "One JSON object for each input on stdout.")
  private boolean json;

  @Option(
      names = "--source",
      paramLabel = "F.java",
      description = "Compile this file and call its method.")
  private @Nullable Path source;

  @Option(
      names = "--java",
      paramLabel = "Class::method",
      description = "The method. Not needed where the source file has only one.")
  private @Nullable String method;

  @Option(
      names = {"-cp", "--class-path"},
      paramLabel = "CP",
      description = "Where the method's class, or what it uses, is found; dir/* as for java.")
  private @Nullable String classPath;

  @Option(names = "-a", paramLabel = "FILE", description = "Read inputs from a file, one a line.")
  private @Nullable Path file;

  @Mixin private final Logging logging = new Logging();

  @Parameters(
      paramLabel = "INPUT",
      description = "The inputs. With neither these nor -a: the lines of stdin.")
  private List<String> given = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    if (retries < 0 || retries > 999) {
      throw new UsageException("--retries must be 0..999, --retries=" + retries);
    }
    if (memoryAttempts != null && (memoryAttempts < 2 || memoryAttempts > 1000)) {
      throw new UsageException(
          "--retry-memory must be 2..1000, the first attempt included, --retry-memory="
              + memoryAttempts);
    }
    logging.configure();
    Terminal terminal = Terminal.ofProcess();
    Inputs inputs = Inputs.of(given, file);
    Results results = json ? Results.asJson(terminal.out()) : Results.asText(terminal.out());
    ClassPath libraries = classPath == null ? new ClassPath(List.of()) : ClassPath.parse(classPath);
    if (source == null) {
      return run(named(libraries), libraries, inputs, results, terminal);
    }
    try (TemporaryDirectory classes = TemporaryDirectory.create("outlive-source-")) {
      List<String> compiled = SourceCompiler.compile(source, libraries, classes.path());
      ClassPath all = libraries.after(classes.path());
      MethodFinder finder = new MethodFinder(all);
      MethodName found =
          method == null
              ? finder.only(compiled, source.toString())
              : finder.require(MethodName.parse(method));
      return run(found, all, inputs, results, terminal);
    }
  }

  private MethodName named(ClassPath libraries) {
    if (method == null) {
      throw new UsageException("say what to run: --source F.java, or --java Class::method -cp CP");
    }
    if (classPath == null) {
      throw new UsageException("--java needs the class path of its class: -cp CP");
    }
    return new MethodFinder(libraries).require(MethodName.parse(method));
  }

  private int run(
      MethodName found, ClassPath libraries, Inputs inputs, Results results, Terminal terminal)
      throws InterruptedException {
    Job job =
        new Job(
            found,
            libraries,
            workers,
            new Job.Limits(timeout, maxHeap, memory),
            new Job.Retries(
                retries, memoryAttempts == null ? null : MemoryRetry.here(memoryAttempts)),
            new Job.Policies(onCrash, onException, onTimeout),
            null);
    return new Run(job, inputs, results, terminal).run();
  }
}
