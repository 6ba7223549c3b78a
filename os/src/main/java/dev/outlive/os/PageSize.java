package dev.outlive.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The size of the pages that {@code /proc/PID/statm} counts: 4 KiB on x86, 4, 16 or 64 on arm64.
 *
 * <p>From the auxiliary vector, in which the kernel tells it to each program (getauxval(3)). The
 * sizes in smaps are no substitute: its first mapping may be one of huge pages.
 */
final class PageSize {
  /** That of this machine. */
  static final long BYTES = ofThisMachine();

  private static final int USUAL = 4096;
  private static final long AT_PAGESZ = 6;

  private PageSize() {}

  private static long ofThisMachine() {
    try {
      boolean narrow = System.getProperty("sun.arch.data.model", "64").equals("32");
      byte[] vector = Files.readAllBytes(Path.of("/proc/self/auxv"));
      return parse(
          ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder()),
          narrow ? Integer.BYTES : Long.BYTES);
    } catch (IOException notLinux) {
      return USUAL;
    }
  }

  /** Reads pairs of words, a kind and a value; without the one it looks for, the usual size. */
  static long parse(ByteBuffer vector, int wordBytes) {
    while (vector.remaining() >= 2 * wordBytes) {
      long kind = wordBytes == Long.BYTES ? vector.getLong() : vector.getInt();
      long value = wordBytes == Long.BYTES ? vector.getLong() : vector.getInt();
      if (kind == AT_PAGESZ && Long.bitCount(value) == 1 && value >= USUAL) {
        return value;
      }
    }
    return USUAL;
  }
}
