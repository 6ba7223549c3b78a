package dev.outlive.internal.protocol;

import java.nio.ByteBuffer;

/**
 * A value on its way: its bytes, and what of it lies in a segment meanwhile.
 *
 * @param bytes what is written
 * @param segment the segment's number; 0: none
 * @param bulkBytes how many bytes of it lie there
 * @param store whose segment it is
 */
public record Parcel(ByteBuffer bytes, long segment, long bulkBytes, SegmentStore store) {
  /** Returns the parcel of a value that is all bytes. */
  public static Parcel of(ByteBuffer bytes) {
    return new Parcel(bytes, 0, 0, SegmentStore.NONE);
  }

  /** Returns how many bytes it has in all. */
  public long length() {
    return bytes.remaining() + bulkBytes;
  }

  /** Nobody will read it any more; called once. Returns whether that frees a segment. */
  public boolean release() {
    if (segment != 0) {
      store.release(segment);
    }
    return segment != 0;
  }
}
