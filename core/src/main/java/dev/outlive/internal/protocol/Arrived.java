package dev.outlive.internal.protocol;

import java.io.IOException;
import java.io.StreamCorruptedException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value that has arrived: its stream, and its parts, which are copies, wherever they lay. Nothing
 * of the user's has run for that.
 *
 * @param stream the stream, or the short form; empty: the value is its only part
 * @param parts what the {@link PartMark}s in the stream stand for
 * @param length how many bytes it had on its way, in all
 * @param segment the segment that may be used again now; 0: none
 * @param lack why this process could not fetch the parts, which is no fault of who sent them; null:
 *     they are here
 */
public record Arrived(
    ByteBuffer stream,
    List<@Nullable Object> parts,
    long length,
    long segment,
    @Nullable FileSystemException lack) {
  /** Returns a value whose bytes hide nothing, or none of our business. */
  public static Arrived of(ByteBuffer bytes) {
    return new Arrived(bytes, List.of(), bytes.remaining(), 0, null);
  }

  /**
   * Returns a value with its parts.
   *
   * @param segments where they may lie
   * @throws IOException if they are not there, or not what the bytes say
   */
  public static Arrived of(ByteBuffer bytes, Segments segments) throws IOException {
    if (!bytes.hasRemaining() || bytes.get(bytes.position()) != Parts.TAG) {
      return of(bytes);
    }
    try {
      return read(bytes.slice(), segments);
    } catch (BufferUnderflowException e) {
      throw new StreamCorruptedException("a value with parts is too short");
    }
  }

  private static Arrived read(ByteBuffer in, Segments segments) throws IOException {
    long length = in.remaining();
    in.get();
    int count = in.getInt();
    long segment = in.getLong();
    int stream = in.getInt();
    if (count < 1 || count > in.remaining() / Parts.PART_BYTES) {
      throw new StreamCorruptedException(
          "a value of " + count + " parts has " + in.remaining() + " bytes");
    }
    int[] kinds = new int[count];
    int[] sizes = new int[count];
    long sum = 0;
    for (int i = 0; i < count; i++) {
      kinds[i] = in.get();
      sizes[i] = in.getInt();
      sum += sizes[i];
      requirePart(kinds[i], sizes[i]);
    }
    if (stream < 0 || stream > in.remaining() || (stream == 0 && count != 1)) {
      throw new StreamCorruptedException("a stream of " + stream + " bytes beside the parts");
    }
    ByteBuffer own = in.slice(in.position(), stream);
    in.position(in.position() + stream);
    if (in.remaining() != (segment == 0 ? sum : 0)
        || (segment != 0 && sum > segments.mostBytes())) {
      throw new StreamCorruptedException(
          "parts of " + sum + " bytes, of which " + in.remaining() + " came with the stream");
    }
    if (segment == 0) {
      return new Arrived(own, following(kinds, sizes, in), length, 0, null);
    }
    try {
      List<@Nullable Object> parts = segments.with(segment, memory -> beside(kinds, sizes, memory));
      return new Arrived(own, parts, length + sum, segment, null);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      return new Arrived(own, List.of(), length + sum, segment, e);
    }
  }

  private static void requirePart(int kind, int bytes) throws StreamCorruptedException {
    ArrayKind array = ArrayKind.tagged(kind);
    if ((array == null && kind != Parts.PLAIN)
        || bytes < 0
        || (array != null && bytes % array.elementBytes() != 0)) {
      throw new StreamCorruptedException("a part of kind " + kind + " with " + bytes + " bytes");
    }
  }

  private static List<@Nullable Object> following(int[] kinds, int[] sizes, ByteBuffer in)
      throws IOException {
    @Nullable Object[] parts = new @Nullable Object[kinds.length];
    int at = in.position();
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(kinds[i], in.slice(at, sizes[i]));
      at += sizes[i];
    }
    return Arrays.asList(parts);
  }

  private static List<@Nullable Object> beside(int[] kinds, int[] sizes, MemorySegment memory)
      throws IOException {
    List<@Nullable Object> parts = new ArrayList<>(kinds.length);
    long at = 0;
    for (int i = 0; i < kinds.length; i++) {
      at = Parts.next(at);
      if (at + sizes[i] > memory.byteSize()) {
        throw new StreamCorruptedException(
            "a part ends at " + (at + sizes[i]) + ", its segment at " + memory.byteSize());
      }
      parts.add(part(kinds[i], memory.asSlice(at, sizes[i]).asByteBuffer()));
      at += sizes[i];
    }
    return parts;
  }

  private static @Nullable Object part(int kind, ByteBuffer in) throws IOException {
    ArrayKind array = ArrayKind.tagged(kind);
    if (array != null) {
      return array.read(in);
    }
    if (!PlainValue.owns(in)) {
      throw new StreamCorruptedException("a part that is no plain value");
    }
    return PlainValue.decode(in);
  }

  /** Returns what a mark in the stream stands for. */
  @Nullable Object part(PartMark mark) throws StreamCorruptedException {
    if (mark.part < 0 || mark.part >= parts.size()) {
      throw new StreamCorruptedException("a mark of part " + mark.part + " of " + parts.size());
    }
    return parts.get(mark.part);
  }
}
