package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.outlive.spi.Frame;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameStreamTest {
  private static final long NO_LIMIT = Integer.MAX_VALUE;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_487, 65_535, 65_536, 65_537, 5_000_000})
  void a_payload_of_any_size_arrives_through_a_pipe_that_gives_little_at_a_time(int size)
      throws IOException {
    byte[] payload = random(size);
    List<Frame> sent = List.of(frame(2, payload), frame(3, new byte[0]), frame(4, payload));
    FrameReader reader = new FrameReader(new ShortReads(written(sent)), NO_LIMIT);
    for (Frame frame : sent) {
      assertThat(reader.read()).isEqualTo(frame);
    }
    assertThat(reader.read()).isNull();
  }

  @Test
  void a_payload_in_the_middle_of_its_array_arrives_alone() throws IOException {
    byte[] array = random(200_000);
    for (int length : new int[] {10, 150_000}) {
      Frame frame = new Frame((byte) 2, head(8), ByteBuffer.wrap(array, 5, length).slice());
      Frame read =
          new FrameReader(new ByteArrayInputStream(written(List.of(frame))), NO_LIMIT).read();
      assertThat(read).isEqualTo(frame);
    }
  }

  @Test
  void writing_leaves_the_buffers_as_they_were_so_that_a_retry_sends_the_same() throws IOException {
    Frame frame = frame(2, random(70_000));
    assertThat(written(List.of(frame))).isEqualTo(written(List.of(frame)));
    assertThat(frame.length()).isEqualTo(8 + 70_000);
  }

  @Test
  void a_frame_is_at_hand_when_its_last_byte_is_there() throws IOException {
    byte[] one = written(List.of(frame(2, random(100))));
    byte[] bytes = written(List.of(frame(2, random(100)), frame(3, random(100))));
    for (int there = 0; there <= one.length; there++) {
      int length = one.length + there;
      FrameReader reader =
          new FrameReader(
              new BufferedInputStream(new ByteArrayInputStream(bytes, 0, length)), NO_LIMIT);
      assertThat(reader.read()).isNotNull();
      assertThat(reader.atHand()).isEqualTo(there == one.length);
    }
  }

  @Test
  void what_is_at_hand_and_no_frame_is_told() throws IOException {
    byte[] bytes = written(List.of(frame(2, random(100)), frame(3, random(100))));
    bytes[bytes.length / 2 + 1]++;
    FrameReader reader =
        new FrameReader(new BufferedInputStream(new ByteArrayInputStream(bytes)), NO_LIMIT);
    assertThat(reader.read()).isNotNull();
    assertThatThrownBy(reader::atHand).isInstanceOf(ProtocolException.class);
  }

  @Test
  void frames_that_are_at_hand_together_leave_in_one_write() throws IOException {
    CountedWrites out = new CountedWrites();
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      frames.add(frame(2, random(64)));
    }
    new FrameWriter(out).write(frames);
    assertThat(out.writes).isEqualTo(1);
    assertThat(out.flushes).isEqualTo(1);
    FrameReader reader =
        new FrameReader(new ByteArrayInputStream(out.bytes.toByteArray()), NO_LIMIT);
    for (Frame frame : frames) {
      assertThat(reader.read()).isEqualTo(frame);
    }
  }

  @Test
  void a_large_payload_is_not_copied_through_the_buffer() throws IOException {
    CountedWrites out = new CountedWrites();
    new FrameWriter(out).write(List.of(frame(2, random(5_000_000))));
    assertThat(out.writes).isEqualTo(2);
  }

  @Test
  void nothing_is_held_back_when_the_write_returns() throws IOException {
    CountedWrites out = new CountedWrites();
    FrameWriter writer = new FrameWriter(out);
    writer.write(List.of(frame(2, random(10))));
    int first = out.bytes.size();
    writer.write(List.of(frame(2, random(10))));
    assertThat(out.bytes.size()).isEqualTo(2 * first);
  }

  @Test
  void the_limit_is_checked_before_anything_is_allocated() {
    byte[] header = header(1 << 30);
    FrameReader reader = new FrameReader(new ByteArrayInputStream(header), 1024);
    long allocated =
        allocatedBy(
            () ->
                assertThatThrownBy(reader::read)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("a frame must have 4..1024 bytes, bytes=1073741824"));
    assertThat(allocated).isLessThan(8 << 20);
  }

  @Test
  void a_length_within_the_limit_is_believed_only_as_far_as_bytes_arrive() {
    byte[] header = header(1 << 30);
    FrameReader reader = new FrameReader(new ByteArrayInputStream(header), NO_LIMIT);
    long allocated =
        allocatedBy(
            () ->
                assertThatThrownBy(reader::read)
                    .isInstanceOf(java.io.EOFException.class)
                    .hasMessage("the link ended after 0 of 1073741824 bytes of a frame's body"));
    assertThat(allocated).isLessThan(80 << 20);
  }

  @Test
  void a_frame_for_which_there_is_no_memory_is_refused_and_the_reading_thread_lives_on() {
    InputStream endless =
        new java.io.SequenceInputStream(
            new ByteArrayInputStream(header(Integer.MAX_VALUE)), new Zeros());
    assertThatThrownBy(new FrameReader(endless, NO_LIMIT)::read)
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith("no memory for a frame of 2147483647 bytes");
  }

  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return length;
    }
  }

  private static long allocatedBy(Runnable action) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] header(int length) {
    ByteBuffer header = ByteBuffer.allocate(16);
    header.putShort((short) 0x4F4C).put((byte) 1).put((byte) 66).putInt(length);
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, 8);
    return header.putInt((int) crc.getValue()).array();
  }

  private static Frame frame(int type, byte[] payload) {
    return new Frame((byte) type, head(type), ByteBuffer.wrap(payload));
  }

  private static ByteBuffer head(long value) {
    return ByteBuffer.allocate(8).putLong(value).flip();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] written(List<Frame> frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(frames);
    return out.toByteArray();
  }

  /** Gives one byte, then a few, then thousands, as a pipe does. */
  private static final class ShortReads extends InputStream {
    private final byte[] bytes;
    private int at;

    ShortReads(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at == bytes.length ? -1 : bytes[at++] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (at == bytes.length) {
        return -1;
      }
      int few = Math.min(Math.min(length, bytes.length - at), 1 + at % 4093);
      System.arraycopy(bytes, at, into, offset, few);
      at += few;
      return few;
    }
  }

  private static final class CountedWrites extends OutputStream {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int writes;
    int flushes;

    @Override
    public void write(int value) {
      writes++;
      bytes.write(value);
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      writes++;
      bytes.writeBytes(Arrays.copyOfRange(some, offset, offset + length));
    }

    @Override
    public void flush() {
      flushes++;
    }
  }
}
