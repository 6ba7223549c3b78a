package dev.outlive.memory;

import static dev.outlive.memory.SegmentLayout.BYTES_AT;
import static dev.outlive.memory.SegmentLayout.DATA_AT;
import static dev.outlive.memory.SegmentLayout.INT;
import static dev.outlive.memory.SegmentLayout.LOCK_AT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * One segment as this process has mapped it. There is one object for a segment, which {@link
 * SegmentTable} finds again; when the last who refers to it is gone the cleaner unmaps it.
 */
final class Segment {
  private static final Cleaner CLEANER =
      Cleaner.create(Thread.ofPlatform().daemon().name("outlive-segments").factory());

  private final SegmentHandle handle;
  private final Mapping mapping;
  private final Cleaner.Cleanable cleanable;
  private final SegmentType type;
  private final MemorySegment data;
  private final int lockKind;
  private @Nullable Shared face; // guarded by this
  private @Nullable SharedLock lock; // guarded by this

  Segment(SegmentHandle handle, Mapping mapping) {
    this.handle = handle.ofSegment();
    this.mapping = mapping;
    this.type = handle.segmentType();
    MemorySegment all = mapping.all();
    this.data = all.asSlice(DATA_AT, (long) SegmentLayout.LONG.get(all, BYTES_AT));
    this.lockKind = (int) INT.get(all, LOCK_AT);
    this.cleanable = CLEANER.register(this, mapping);
  }

  /** Returns what the user has of it. */
  synchronized Shared face() {
    if (face == null) {
      face = type.face(this);
    }
    return face;
  }

  synchronized SharedLock lock() {
    if (lock == null) {
      lock = new SharedLock(this);
    }
    return lock;
  }

  private synchronized @Nullable SharedLock known() {
    return lock;
  }

  SegmentHandle handOut(boolean onlyLock) {
    if (mapping.isClosed()) {
      throw closed(null);
    }
    SegmentTable.handOut(this);
    return onlyLock ? handle.ofLock() : handle;
  }

  MemorySegment data() {
    return data;
  }

  MemorySegment header() {
    return mapping.all();
  }

  Mapping mapping() {
    return mapping;
  }

  SegmentHandle handle() {
    return handle;
  }

  SegmentType type() {
    return type;
  }

  int lockKind() {
    return lockKind;
  }

  /** Ends this process's mapping, and the segment for all who have not mapped it, if it is ours. */
  void close() {
    boolean unused = SegmentTable.close(this);
    try {
      mapping.close(unused);
    } finally {
      SharedLock closed = known();
      if (closed != null) {
        closed.closing();
      }
      cleanable.clean();
    }
  }

  /**
   * Returns what to throw in place of an exception that an access has met.
   *
   * @param thrown what the JDK says of memory that is unmapped
   */
  IllegalStateException closed(@Nullable IllegalStateException thrown) {
    return new IllegalStateException(this + " is closed", thrown);
  }

  @Override
  public String toString() {
    return type.typeName() + " " + handle.makerPid() + "-" + handle.number();
  }
}
