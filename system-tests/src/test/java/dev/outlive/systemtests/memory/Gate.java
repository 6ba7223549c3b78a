package dev.outlive.systemtests.memory;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Holds tasks back until it is opened. They wait within the kernel and take no memory meanwhile:
 * one that looks for a file again and again takes some each time, and where a group is full the
 * kernel may kill it too, while the memory of one that it has just killed is not back yet.
 */
final class Gate implements AutoCloseable {
  private final Path fifo;
  private @Nullable RandomAccessFile open;

  private Gate(Path fifo) {
    this.fifo = fifo;
  }

  static Gate in(Path directory, String name) throws IOException, InterruptedException {
    Path fifo = directory.resolve(name);
    if (new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor() != 0) {
      throw new IOException("mkfifo " + fifo);
    }
    return new Gate(fifo);
  }

  /** What a task needs to know, for {@link #pass}. */
  String path() {
    return fifo.toString();
  }

  /** For a task: waits until it is open. To open a pipe for reading is to wait for a writer. */
  static void pass(String path) throws IOException {
    new FileInputStream(path).close();
  }

  /** Lets all pass, now and from now on. */
  void open() throws IOException {
    if (open == null) {
      open = new RandomAccessFile(fifo.toFile(), "rw");
    }
  }

  /** Lets those pass who wait; who comes later fails. */
  @Override
  public void close() throws IOException {
    open();
    Files.delete(fifo);
    if (open != null) {
      open.close();
    }
  }
}
