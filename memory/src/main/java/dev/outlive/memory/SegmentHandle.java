package dev.outlive.memory;

import dev.outlive.os.ProcessIdentity;
import java.io.Serializable;

/**
 * What travels of a segment: where it is to be found, and nothing of what it holds. Decoded, it
 * becomes what it stands for again, mapped into the process that has decoded it.
 *
 * @param type number of its {@link SegmentType}
 * @param lock whether it stands for the lock of the segment alone
 * @param makerPid the process that made it
 * @param makerStart when that process started
 * @param number which of that process's segments it is
 * @param bytes how large all of it is, header and data
 * @param descriptor the descriptor of its maker that holds it; -1: it is a file
 * @param file the name of the file, without its directory; empty if it is a descriptor
 */
record SegmentHandle(
    int type,
    boolean lock,
    long makerPid,
    long makerStart,
    long number,
    long bytes,
    int descriptor,
    String file)
    implements Serializable {

  static SegmentHandle of(
      SegmentType type, ProcessIdentity maker, long number, long bytes, Backing backing) {
    int descriptor = backing.descriptor();
    String file = descriptor >= 0 ? "" : backing.path().getFileName().toString();
    return new SegmentHandle(
        type.code(), false, maker.pid(), maker.startTicks(), number, bytes, descriptor, file);
  }

  SegmentType segmentType() {
    return SegmentType.of(type);
  }

  ProcessIdentity maker() {
    return new ProcessIdentity(makerPid, makerStart);
  }

  SegmentHandle ofLock() {
    return new SegmentHandle(type, true, makerPid, makerStart, number, bytes, descriptor, file);
  }

  /** Returns what stands for the segment, whichever of the two this one stands for. */
  SegmentHandle ofSegment() {
    return new SegmentHandle(type, false, makerPid, makerStart, number, bytes, descriptor, file);
  }

  /** Serialization asks. */
  private Object readResolve() {
    Segment segment = SegmentTable.find(this);
    return lock ? segment.lock() : segment.face();
  }
}
