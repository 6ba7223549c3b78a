package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.systemtests.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A program that says whether its worker was started with an AOT cache. */
final class AotProgram {
  private static final Duration MAKING = Duration.ofMinutes(4);

  private AotProgram() {}

  /**
   * Runs a task in a pool.
   *
   * @param args a directory to wait for, until there is a cache in it, or nothing; then options of
   *     the worker's
   */
  public static void main(String[] args) throws Exception {
    Queue<PoolEvent> deaths = new ConcurrentLinkedQueue<>();
    List<String> options = List.of(args).subList(1, args.length);
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("aot")
            .workers(1, 1)
            .restartLimit(1, Duration.ofMinutes(1))
            .jvmArgs(options.toArray(String[]::new))
            .listener(
                event -> {
                  if (event instanceof PoolEvent.WorkerDied died && !died.asked()) {
                    deaths.add(event);
                  }
                })
            .build()) {
      System.out.println("cached " + pool.call(AotProgram::cached));
      if (!args[0].isEmpty()) {
        Await.until(MAKING, "a cache", () -> holdsCache(Path.of(args[0])));
      }
    }
    System.out.println("deaths " + deaths.size());
  }

  private static boolean cached() throws IOException {
    try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
      return mappings.anyMatch(line -> line.endsWith(".aot"));
    }
  }

  private static boolean holdsCache(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".aot"));
    } catch (IOException notYet) {
      return false;
    }
  }
}
