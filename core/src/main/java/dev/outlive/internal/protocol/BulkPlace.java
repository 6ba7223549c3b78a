package dev.outlive.internal.protocol;

import dev.outlive.os.Program;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the segments of one process lie: files of shared memory with a common beginning of their
 * names, and a number that is never used twice.
 *
 * <pre>
 *   /dev/shm/outlive-segment-PROGRAM-bulk-POOL-1       made by the pool: arguments
 *   /dev/shm/outlive-segment-PROGRAM-bulk-POOL-w3-1    made by worker 3: results
 * </pre>
 *
 * @param prefix how their paths begin
 */
public record BulkPlace(String prefix) {
  private static final String TMPFS = "tmpfs";
  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  /**
   * Returns the place of a pool's own; empty where the program has no memory that its processes
   * could share. A disk is none.
   *
   * @param pool a word that names the pool among all of this machine
   */
  public static Optional<BulkPlace> ofPool(String pool) {
    try {
      Path directory = Program.directory();
      if (SWEPT.compareAndSet(false, true)) {
        Program.sweepSegments();
      }
      return Files.getFileStore(directory).type().equals(TMPFS)
          ? Optional.of(
              new BulkPlace(
                  directory
                      .resolve(Program.current().segmentPrefix() + "bulk-" + pool + "-")
                      .toString()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the place where paths begin like that. */
  public static BulkPlace of(Path prefix) {
    return new BulkPlace(prefix.toString());
  }

  /** Returns how the paths of its files begin. */
  public Path path() {
    return Path.of(prefix);
  }

  /** Returns the place of what a worker of this pool makes. */
  public BulkPlace ofWorker(int worker) {
    return new BulkPlace(prefix + "w" + worker + "-");
  }

  Path file(long number) {
    return Path.of(prefix + number);
  }

  /** Returns how much one process may hold here: all of them share it with others. */
  public long mostBytes() {
    try {
      return Files.getFileStore(directory()).getTotalSpace() / 4;
    } catch (IOException e) {
      return 0;
    }
  }

  private Path directory() {
    Path directory = Path.of(prefix).getParent();
    return directory == null ? Path.of("") : directory;
  }

  /** Deletes all that lies here, also what workers have made. */
  public void clear() {
    String name = String.valueOf(Path.of(prefix).getFileName());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(), name + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // whoever deletes it now: nobody but us has a use for it
    }
  }
}
