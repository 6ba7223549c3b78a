package dev.outlive.memory;

import static dev.outlive.memory.SegmentLayout.BYTES_AT;
import static dev.outlive.memory.SegmentLayout.DATA_AT;
import static dev.outlive.memory.SegmentLayout.FILE;
import static dev.outlive.memory.SegmentLayout.INT;
import static dev.outlive.memory.SegmentLayout.LOCK_AT;
import static dev.outlive.memory.SegmentLayout.LONG;
import static dev.outlive.memory.SegmentLayout.MAGIC;
import static dev.outlive.memory.SegmentLayout.MAGIC_AT;
import static dev.outlive.memory.SegmentLayout.MAKER_AT;
import static dev.outlive.memory.SegmentLayout.MAKER_START_AT;
import static dev.outlive.memory.SegmentLayout.MUTEX_AT;
import static dev.outlive.memory.SegmentLayout.NUMBER_AT;
import static dev.outlive.memory.SegmentLayout.ROBUST;
import static dev.outlive.memory.SegmentLayout.TYPE_AT;

import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.RobustMutex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a segment says of itself at its beginning: written once, and checked by whoever maps it. */
final class SegmentHeader {
  private SegmentHeader() {}

  /** Writes it, the magic number last: who sees that sees all. */
  static void write(
      MemorySegment all,
      SegmentType type,
      long dataBytes,
      ProcessIdentity maker,
      long number,
      boolean robust) {
    LONG.set(all, MAKER_AT, maker.pid());
    LONG.set(all, MAKER_START_AT, maker.startTicks());
    LONG.set(all, NUMBER_AT, number);
    LONG.set(all, BYTES_AT, dataBytes);
    INT.set(all, TYPE_AT, type.code());
    INT.set(all, LOCK_AT, kind(robust));
    if (robust) {
      RobustMutex.initialise(all.asSlice(MUTEX_AT, RobustMutex.BYTES));
    }
    LONG.setRelease(all, MAGIC_AT, MAGIC);
  }

  private static int kind(boolean robust) {
    return robust ? ROBUST : FILE;
  }

  /**
   * Maps the segment that a handle stands for.
   *
   * @throws IOException if the file is another one
   */
  static MemorySegment checked(SegmentHandle handle, OpenFile file, Arena arena)
      throws IOException {
    if (handle.bytes() < DATA_AT || file.size() < handle.bytes()) {
      throw new IOException(file.size() + " bytes where there should be " + handle.bytes());
    }
    MemorySegment all = file.map(handle.bytes(), arena);
    if ((long) LONG.getAcquire(all, MAGIC_AT) != MAGIC
        || (long) LONG.get(all, MAKER_AT) != handle.makerPid()
        || (long) LONG.get(all, MAKER_START_AT) != handle.makerStart()
        || (long) LONG.get(all, NUMBER_AT) != handle.number()
        || (long) LONG.get(all, BYTES_AT) != handle.bytes() - DATA_AT
        || (int) INT.get(all, TYPE_AT) != handle.type()) {
      throw new IOException("another segment is there now");
    }
    return all;
  }
}
