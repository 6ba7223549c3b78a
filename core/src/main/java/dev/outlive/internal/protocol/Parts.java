package dev.outlive.internal.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a value does not travel in its stream: large arrays, and lists that have a short form. In
 * the stream a {@link PartMark} stands for each. The parts follow the stream, or lie in a segment.
 *
 * <pre>
 *   0      1           5             13             17
 *   | 0x40 | parts (4) | segment (8) | stream's (4) | each part: kind (1), bytes (4) | stream | parts
 * </pre>
 *
 * <p>Big-endian. A kind is that of an {@link ArrayKind}, or 0: a {@link PlainValue}. Segment 0:
 * none, the parts follow the stream, one right behind the other. In a segment each begins at a
 * multiple of 64. Where there is no stream the value is its only part. Confined to one thread.
 */
final class Parts {
  static final byte TAG = 0x40;
  static final int PLAIN = 0;
  static final int HEADER_BYTES = 1 + Integer.BYTES + Long.BYTES + Integer.BYTES;
  static final int PART_BYTES = 1 + Integer.BYTES;

  /** Within a value: what is smaller stays in the stream. */
  private static final int LEAST_ARRAY_BYTES = 4 << 10;

  /** Within a value: a list of fewer elements stays in the stream. */
  private static final int LEAST_ELEMENTS = 64;

  /** What has fewer bytes in all fits into a pipe, and is written faster than laid down. */
  private static final int LEAST_SEGMENT_BYTES = 64 << 10;

  private static final int ALIGNED = 64;

  private record Part(@Nullable ArrayKind kind, Object content, int bytes) {
    static Part of(ArrayKind kind, Object array) {
      return new Part(kind, array, (int) kind.bytes(array));
    }

    static Part of(ByteBuffer plain) {
      return new Part(null, plain, plain.remaining());
    }

    int number() {
      return kind == null ? PLAIN : kind.tag();
    }

    void write(ByteBuffer out) {
      if (kind == null) {
        out.put(((ByteBuffer) content).duplicate());
      } else {
        kind.write(content, out);
      }
    }
  }

  private final List<Part> parts = new ArrayList<>();

  /** Returns the parts of a value that is nothing but one part, and a large one; null if not. */
  static @Nullable Parts ofWhole(@Nullable Object value) {
    ArrayKind kind = value != null && value.getClass().isArray() ? ArrayKind.of(value) : null;
    if (kind == null || value == null || !fits(kind, value, LEAST_SEGMENT_BYTES)) {
      return null;
    }
    Parts whole = new Parts();
    whole.parts.add(Part.of(kind, value));
    return whole;
  }

  /** Returns the parts of a value that has a short form, and a large one; null if not. */
  static @Nullable Parts ofWhole(ByteBuffer plain) {
    if (plain.remaining() < LEAST_SEGMENT_BYTES) {
      return null;
    }
    Parts whole = new Parts();
    whole.parts.add(Part.of(plain));
    return whole;
  }

  private static boolean fits(ArrayKind kind, Object array, int least) {
    long bytes = kind.bytes(array);
    return bytes >= least && bytes < PlainValue.MOST_BYTES;
  }

  /** Returns what is to be written in the place of an object of a value. */
  Object replace(Object object) {
    Part part = null;
    if (object.getClass().isArray()) {
      ArrayKind kind = ArrayKind.of(object);
      if (kind != null && fits(kind, object, LEAST_ARRAY_BYTES)) {
        part = Part.of(kind, object);
      }
    } else if (object instanceof List<?> list && PlainList.isLong(list, LEAST_ELEMENTS)) {
      ByteBuffer plain = PlainValue.encode(list);
      part = plain == null ? null : Part.of(plain);
    }
    if (part == null) {
      return object;
    }
    parts.add(part);
    return new PartMark(parts.size() - 1);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  private static long aligned(long offset) {
    return (offset + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  /** Lays the parts where they are to be, and returns the value as it travels. */
  Parcel pack(ByteBuffer stream, SegmentStore store) {
    long bytes = 0;
    for (Part part : parts) {
      bytes = aligned(bytes) + part.bytes;
    }
    Optional<SegmentStore.Segment> segment =
        bytes < LEAST_SEGMENT_BYTES ? Optional.empty() : store.take(bytes);
    if (segment.isEmpty()) {
      GrowingBuffer out = new GrowingBuffer(0);
      ByteBuffer all = out.room(headBytes(stream) + bytes);
      begin(all, 0, stream);
      parts.forEach(part -> part.write(all));
      return new Parcel(out.written(), 0, 0, store);
    }
    lay(segment.get());
    ByteBuffer head = ByteBuffer.allocate(headBytes(stream));
    begin(head, segment.get().number(), stream);
    return new Parcel(head.flip(), segment.get().number(), bytes, store);
  }

  private int headBytes(ByteBuffer stream) {
    return HEADER_BYTES + PART_BYTES * parts.size() + stream.remaining();
  }

  private void begin(ByteBuffer out, long segment, ByteBuffer stream) {
    out.put(TAG).putInt(parts.size()).putLong(segment).putInt(stream.remaining());
    parts.forEach(part -> out.put((byte) part.number()).putInt(part.bytes));
    out.put(stream.duplicate());
  }

  private void lay(SegmentStore.Segment segment) {
    long at = 0;
    for (Part part : parts) {
      at = aligned(at);
      part.write(segment.file().memory().asSlice(at, part.bytes).asByteBuffer());
      at += part.bytes;
    }
  }

  /** Returns where the next part begins in a segment. */
  static long next(long offset) {
    return aligned(offset);
  }
}
