package dev.outlive.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How much of Outlive's shared memory a process has mapped, from {@code /proc/PID/maps}. */
final class MappedSegments {
  private static final byte[] NAME = Segments.PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final String MEMFD = "memfd:";
  private static final int PATH_COLUMN = 5;

  private MappedSegments() {}

  /**
   * Returns the sum of the sizes of such mappings. Takes some microseconds for each mapping of the
   * process, and a JVM has hundreds.
   *
   * @throws IOException if the process is gone, or belongs to somebody else
   */
  static long bytes(long pid) throws IOException {
    try (FileInputStream maps = new FileInputStream("/proc/" + pid + "/maps")) {
      return parse(maps.readAllBytes());
    }
  }

  /** The kernel writes a line end within a path as {@code \012}. */
  static long parse(byte[] maps) {
    long sum = 0;
    int begin = 0;
    for (int end = 0; end < maps.length; end++) {
      if (maps[end] == '\n') {
        if (contains(maps, begin, end)) {
          sum += mapping(new String(maps, begin, end - begin, StandardCharsets.ISO_8859_1));
        }
        begin = end + 1;
      }
    }
    return sum;
  }

  private static boolean contains(byte[] maps, int begin, int end) {
    for (int at = begin; at <= end - NAME.length; at++) {
      int same = 0;
      while (same < NAME.length && maps[at + same] == NAME[same]) {
        same++;
      }
      if (same == NAME.length) {
        return true;
      }
    }
    return false;
  }

  /** {@code 7f12a000-7f12b000 rw-s 00000000 00:01 4711 /dev/shm/outlive-segment-1}. */
  private static long mapping(String line) {
    String[] columns = line.split(" +", PATH_COLUMN + 1);
    if (columns.length <= PATH_COLUMN) {
      return 0;
    }
    String path = columns[PATH_COLUMN];
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean ours = name.startsWith(Segments.PREFIX) || name.startsWith(MEMFD + Segments.PREFIX);
    int dash = columns[0].indexOf('-');
    return ours && dash > 0
        ? Long.parseUnsignedLong(columns[0], dash + 1, columns[0].length(), 16)
            - Long.parseUnsignedLong(columns[0], 0, dash, 16)
        : 0;
  }
}
