package dev.outlive.cli;

import dev.outlive.task.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code outlive demo}: makes the hostile inbox and extracts its text on two workers. The inbox's
 * generator is a program like any other, and runs in a JVM of its own.
 */
@Command(
    name = "demo",
    description =
        "Makes 300 small documents, sixteen of which kill, hang or bloat whoever reads them, and"
            + " extracts their text on 2 workers. Exits with 1, since some fail.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String INBOX = "dev.outlive.examples.inbox.";
  private static final int WORKERS = 2;
  private static final Bytes HEAP = Bytes.ofMebibytes(128);

  @Option(names = "--json", description = "One JSON object for each document on stdout.")
  private boolean json;

  @Option(
      names = "--threads",
      description = "Then show what becomes of a thread pool with the same folder.")
  private boolean threads;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Make the documents here and keep them. Default: a temporary folder.")
  private @Nullable Path keep;

  /** A cold worker on a busy machine has needed more than 3 s for a harmless PDF. */
  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = Amounts.Durations.class,
      description = "Limit for each document. Default: 5s.")
  private Duration timeout = Duration.ofSeconds(5);

  @Mixin private final Logging logging = new Logging();

  @Override
  public Integer call() throws InterruptedException, IOException {
    logging.configure();
    String libraries = System.getProperty("outlive.inbox");
    if (libraries == null) {
      throw new UsageException("the demo's class path is not known here: start it with ./outlive");
    }
    ClassPath classPath = ClassPath.parse(libraries);
    if (keep != null) {
      return run(keep.toAbsolutePath(), classPath);
    }
    try (TemporaryDirectory inbox = TemporaryDirectory.create("outlive-inbox-")) {
      return run(inbox.path(), classPath);
    }
  }

  private int run(Path inbox, ClassPath classPath) throws InterruptedException, IOException {
    Terminal terminal = Terminal.ofProcess();
    if (java("Generator", inbox, classPath, terminal) != 0) {
      throw new UsageException("the inbox could not be made in " + inbox);
    }
    Job job =
        new Job(
            new MethodFinder(classPath).require(new MethodName(INBOX + "Extract", "digest")),
            classPath,
            WORKERS,
            new Job.Limits(timeout, HEAP, null),
            Job.Retries.NONE,
            Job.Policies.GO_ON,
            inbox);
    Results results = json ? Results.asJson(terminal.out()) : ended -> {};
    int status = new Run(job, Inputs.of(documents(inbox)), results, terminal).run();
    if (threads && status != ExitStatus.INTERRUPTED) {
      terminal.err().println("outlive: and now the same folder with a thread pool:");
      int _ = java("ThreadPoolDemo", inbox, classPath, terminal);
    }
    return status;
  }

  private static List<String> documents(Path inbox) throws IOException {
    return Files.readAllLines(inbox.resolve("manifest.tsv")).stream()
        .map(line -> line.substring(0, line.indexOf('\t')))
        .toList();
  }

  /** Runs a program of the inbox with the folder as its argument; what it prints goes to stderr. */
  private static int java(String program, Path inbox, ClassPath classPath, Terminal terminal)
      throws InterruptedException, IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData",
                "-cp",
                classPath.toString(),
                INBOX + program,
                inbox.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(line -> terminal.err().println("outlive: " + line));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      process.destroy();
    }
    return process.waitFor();
  }
}
