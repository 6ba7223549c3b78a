package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The program whose pool is idle until it has made the AOT cache that all later ones start with.
 */
public final class CacheProgram {
  private static final long LOOK_NANOS = 50_000_000;
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  private CacheProgram() {}

  /** Waits for a cache in the directory. */
  @SuppressWarnings("SystemOut") // the line is what its caller reads
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    long until = System.nanoTime() + PATIENCE_NANOS;
    try (ProcessPool pool = ProcessPool.builder().workers(1, 1).build()) {
      pool.call(() -> 0);
      while (!holdsCache(directory)) {
        if (System.nanoTime() > until) {
          throw new IllegalStateException("no AOT cache was made in " + directory);
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    System.out.println("made");
  }

  private static boolean holdsCache(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".aot"));
    }
  }
}
