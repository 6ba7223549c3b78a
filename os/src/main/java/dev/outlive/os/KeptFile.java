package dev.outlive.os;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small file of {@code /proc} that is read again and again through one open descriptor: a quarter
 * of what it costs to open it each time. A file of {@code /proc/PID} stays that of the process it
 * was opened for, also when the number is given out again.
 *
 * <p>Not a {@code FileChannel}, which an interrupt of the reading thread would close. Confined to
 * one thread at a time.
 */
final class KeptFile implements AutoCloseable {
  private static final int FIRST_SIZE = 2048;

  private final RandomAccessFile file;
  private byte[] buffer = new byte[FIRST_SIZE];

  private KeptFile(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not there or may not be read
   */
  static KeptFile open(Path path) throws IOException {
    return new KeptFile(new RandomAccessFile(path.toFile(), "r"));
  }

  /**
   * Returns the first line as it is now, without its end.
   *
   * @throws IOException if the process is gone
   */
  String line() throws IOException {
    file.seek(0);
    int read = Math.max(0, file.read(buffer));
    int length = 0;
    while (length < read && buffer[length] != '\n') {
      length++;
    }
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * Returns all of it as it is now.
   *
   * @throws IOException if the process is gone
   */
  String text() throws IOException {
    file.seek(0);
    int length = 0;
    int read;
    while ((read = file.read(buffer, length, buffer.length - length)) > 0) {
      length += read;
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * length);
      }
    }
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException nothingWasWritten) {
      // and the descriptor is free all the same (close(2))
    }
  }
}
