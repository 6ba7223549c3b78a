package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.spi.Frame;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Today's reader reads yesterday's bytes, and takes nothing else for a message. */
final class GoldenFrameTest {
  private static final long LIMIT = 1024;

  static Stream<String> names() {
    return GoldenFrames.MESSAGES.keySet().stream();
  }

  private static Message message(String name) {
    Message message = GoldenFrames.MESSAGES.get(name);
    assertThat(message).isNotNull();
    return message;
  }

  @Test
  void there_is_a_golden_frame_of_each_kind_of_message() {
    Set<Class<?>> kinds =
        Stream.of(Message.ToWorker.class, Message.ToPool.class)
            .flatMap(way -> Arrays.stream(way.getPermittedSubclasses()))
            .collect(Collectors.toSet());
    assertThat(GoldenFrames.MESSAGES.values()).extracting(Object::getClass).containsAll(kinds);
  }

  @ParameterizedTest
  @MethodSource("names")
  void the_writer_writes_exactly_the_golden_bytes(String name) {
    assertThat(GoldenFrames.write(message(name))).asHexString().isEqualTo(golden(name));
  }

  private static String golden(String name) {
    return java.util.HexFormat.of().withUpperCase().formatHex(GoldenFrames.golden(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void the_reader_reads_the_golden_bytes(String name) throws IOException {
    FrameReader reader = reader(GoldenFrames.golden(name));
    Frame frame = reader.read();
    assertThat(frame).isNotNull();
    assertThat(GoldenFrames.decode(frame)).isEqualTo(message(name));
    assertThat(reader.read()).isNull();
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_message_is_refused_by_the_side_that_sends_it(String name) throws IOException {
    Frame frame = reader(GoldenFrames.golden(name)).read();
    assertThat(frame).isNotNull();
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(
            () -> {
              if (message(name) instanceof Message.ToWorker) {
                MessageCodec.decodeToPool(frame);
              } else {
                MessageCodec.decodeToWorker(frame);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("names")
  void every_flipped_bit_is_found(String name) {
    byte[] golden = GoldenFrames.golden(name);
    for (int bit = 0; bit < golden.length * 8; bit++) {
      byte[] damaged = golden.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatExceptionOfType(IOException.class)
          .as("bit %d of %s", bit, name)
          .isThrownBy(() -> reader(damaged).read())
          .isInstanceOfAny(ProtocolException.class, EOFException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void an_end_within_a_frame_is_found_at_every_byte(String name) throws IOException {
    byte[] golden = GoldenFrames.golden(name);
    assertThat(reader(new byte[0]).read()).isNull();
    for (int length = 1; length < golden.length; length++) {
      byte[] cut = Arrays.copyOf(golden, length);
      assertThatExceptionOfType(EOFException.class)
          .as("%d bytes of %s", length, name)
          .isThrownBy(() -> reader(cut).read());
    }
  }

  /** As a broken or lying sender would write it: the checksums fit, the message does not. */
  @ParameterizedTest
  @MethodSource("names")
  void a_whole_frame_whose_head_was_cut_or_grew_is_refused(String name) throws IOException {
    Frame frame = reader(GoldenFrames.golden(name)).read();
    assertThat(frame).isNotNull();
    byte[] head = new byte[frame.head().remaining()];
    frame.head().duplicate().get(head);
    for (int length = 0; length <= head.length + 9; length++) {
      if (length != head.length) {
        Frame changed =
            new Frame(frame.type(), ByteBuffer.wrap(Arrays.copyOf(head, length)), frame.payload());
        assertThatExceptionOfType(ProtocolException.class)
            .as("head of %d bytes instead of %d in %s", length, head.length, name)
            .isThrownBy(() -> GoldenFrames.decode(changed));
      }
    }
  }

  @Test
  void another_version_is_named() {
    byte[] frame = GoldenFrames.golden("bye");
    frame[2] = 2;
    assertThatThrownBy(() -> reader(sealed(frame)).read())
        .isInstanceOf(ProtocolException.class)
        .hasMessage("protocol version 2 was sent, 1 is spoken here");
  }

  @Test
  void what_does_not_begin_with_the_magic_is_no_frame() {
    byte[] text = "Picked up JAVA_TOOL_OPTIONS".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThatThrownBy(() -> reader(text).read())
        .isInstanceOf(ProtocolException.class)
        .hasMessage("not a frame: it begins with 0x5069 instead of 0x4f4c");
  }

  @Test
  void a_length_out_of_range_is_refused() {
    for (int length : new int[] {-1, Integer.MIN_VALUE, 0, 3, (int) LIMIT + 1, Integer.MAX_VALUE}) {
      byte[] frame = GoldenFrames.golden("returned");
      ByteBuffer.wrap(frame).putInt(4, length);
      assertThatThrownBy(() -> reader(sealed(frame)).read())
          .isInstanceOf(ProtocolException.class)
          .hasMessage("a frame must have 4..1024 bytes, bytes=" + length);
    }
  }

  @Test
  void a_head_that_is_longer_than_its_frame_is_refused() {
    for (int length : new int[] {-1, Integer.MIN_VALUE, 1000, Integer.MAX_VALUE}) {
      byte[] frame = GoldenFrames.golden("returned");
      ByteBuffer.wrap(frame).putInt(16, length);
      assertThatThrownBy(() -> reader(sealed(frame)).read())
          .isInstanceOf(ProtocolException.class)
          .hasMessage("a frame's head is longer than the frame, head=" + length);
    }
  }

  /** Gives a changed frame the checksums of an honest one. */
  private static byte[] sealed(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    bytes.putInt(8, crc(frame, 0, 8));
    bytes.putInt(12, crc(frame, 16, frame.length - 16));
    return frame;
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static FrameReader reader(byte[] bytes) {
    return new FrameReader(new ByteArrayInputStream(bytes), LIMIT);
  }
}
