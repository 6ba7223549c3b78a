package dev.outlive.systemtests.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file of lines of 128 bytes, to which any number of processes append. A line is there wholly or
 * not at all, whoever is killed: it is one {@code write} that never crosses a page, and between
 * pages only does the kernel look for a deadly signal. Safe for use by many threads.
 */
final class Ledger implements AutoCloseable {
  static final int LINE = 128;

  private final FileOutputStream out;

  Ledger(Path file) {
    try {
      this.out = new FileOutputStream(file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Object... words) {
    StringBuilder text = new StringBuilder();
    for (Object word : words) {
      text.append(word).append(' ');
    }
    byte[] line = new byte[LINE];
    Arrays.fill(line, (byte) ' ');
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= LINE) {
      throw new IllegalArgumentException("a line has 127 bytes at most: " + text);
    }
    System.arraycopy(bytes, 0, line, 0, bytes.length);
    line[LINE - 1] = '\n';
    try {
      out.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the words of each line, in the order of the file; none if it is not there. */
  static List<String[]> read(Path file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    if (Files.exists(file)) {
      byte[] all = Files.readAllBytes(file);
      for (int at = 0; at + LINE <= all.length; at += LINE) {
        lines.add(new String(all, at, LINE, StandardCharsets.ISO_8859_1).strip().split(" "));
      }
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
