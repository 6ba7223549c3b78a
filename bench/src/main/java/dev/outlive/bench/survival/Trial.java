package dev.outlive.bench.survival;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One scenario in a process of its own, with a hard limit: whatever happens, all that it has
 * started is killed in the end, and its directory removed.
 */
final class Trial {
  private static final Duration LEFT_LIMIT = Duration.ofSeconds(2);
  private static final int LONGEST = 400;

  private final List<String> command;
  private final Path directory;
  private final Duration limit;
  private final MarkedProcesses started = new MarkedProcesses(UUID.randomUUID().toString());

  private Trial(List<String> command, Path directory, Duration limit) {
    this.command = command;
    this.directory = directory;
    this.limit = limit;
  }

  /** Plays a row against a contender. */
  static Observations of(Contender contender, Row row, boolean faulty)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("survival");
    return new Trial(contender.command(row, faulty, directory), directory, row.limit).run();
  }

  /** Runs whatever command prints observations. */
  static Observations of(List<String> command, Duration limit)
      throws IOException, InterruptedException {
    return new Trial(command, Files.createTempDirectory("survival"), limit).run();
  }

  private Observations run() throws IOException, InterruptedException {
    // Also if this program is told to end meanwhile.
    Thread atExit = new Thread(started::kill, "survival-kill");
    Runtime.getRuntime().addShutdownHook(atExit);
    Path errors = directory.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put(MarkedProcesses.VARIABLE, started.value());
    try {
      return watched(builder.start(), errors);
    } finally {
      started.kill();
      boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
      remove(directory);
    }
  }

  private Observations watched(Process process, Path errors)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    CompletableFuture<String> line = new CompletableFuture<>();
    // Ends when all that holds the pipe is killed.
    Thread _ = Thread.ofPlatform().daemon().start(() -> read(process.inputReader(), line));
    try {
      String json = line.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      Observations seen = Observations.parse(json);
      if (seen.is(Observations.KILL_ME)) {
        return seen.with(killed(process));
      }
      return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)
          ? seen
          : seen.with(Observations.error("does not end"));
    } catch (TimeoutException e) {
      return Observations.error("hangs (killed after " + limit.toSeconds() + " s)");
    } catch (ExecutionException e) {
      return Observations.error("scenario failed").with("stderr", tail(errors));
    }
  }

  private static void read(BufferedReader lines, CompletableFuture<String> first) {
    try (lines) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(Scenario.LINE)) {
          boolean _ = first.complete(line.substring(Scenario.LINE.length()));
        }
      }
      throw new IOException("it ended without a word");
    } catch (IOException e) {
      boolean _ = first.completeExceptionally(e);
    }
  }

  /** Kills the scenario's own process, and looks at what is left of what it had started. */
  private Observations killed(Process process) throws InterruptedException {
    long before = started.running().size() - 1L;
    int _ = process.destroyForcibly().waitFor();
    boolean _ = Scene.within(LEFT_LIMIT, () -> started.running().isEmpty());
    return Observations.none().with("started", before).with("left", started.running().size());
  }

  private static String tail(Path errors) throws IOException {
    String text = Files.readString(errors).strip();
    return text.substring(Math.max(0, text.length() - LONGEST));
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(Trial::delete);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
