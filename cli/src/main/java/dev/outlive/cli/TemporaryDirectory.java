package dev.outlive.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that is deleted when it is closed, or else when this process ends in any way but
 * {@code kill -9}.
 */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;
  private final Thread atExit;

  private TemporaryDirectory(Path path) {
    this.path = path;
    this.atExit = Thread.ofPlatform().name("outlive-cli-sweep").unstarted(this::delete);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Creates one, readable by its owner only. */
  static TemporaryDirectory create(String prefix) {
    try {
      return new TemporaryDirectory(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new UsageException("no temporary directory can be made: " + e, e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // this process is ending: the hook does it
    }
    delete();
  }

  private void delete() {
    try {
      List<Path> files;
      try (Stream<Path> found = Files.walk(path)) {
        files = found.toList().reversed();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
