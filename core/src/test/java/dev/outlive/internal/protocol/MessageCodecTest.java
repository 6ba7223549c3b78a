package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.spi.Frame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that lies, or a link that carries noise. */
final class MessageCodecTest {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final byte RUN = 3;
  private static final byte RETURNED = 66;
  private static final byte THREW = 67;

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 2, 1 << 20, Integer.MAX_VALUE})
  void an_absurd_count_of_items_is_refused_before_anything_is_allocated(int count) {
    ByteBuffer head = runHead(4).putInt(count).putInt(0).flip();
    assertThatThrownBy(() -> MessageCodec.decodeToWorker(new Frame(RUN, head, NOTHING)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("got " + count);
  }

  @Test
  void a_run_without_items_is_refused() {
    ByteBuffer head = runHead(0).putInt(0).flip();
    assertThatThrownBy(() -> MessageCodec.decodeToWorker(new Frame(RUN, head, NOTHING)))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 4097, Integer.MAX_VALUE})
  void an_item_longer_than_the_payload_is_refused(int length) {
    ByteBuffer head = runHead(4).putInt(1).putInt(length).flip();
    assertThatThrownBy(() -> MessageCodec.decodeToWorker(new Frame(RUN, head, NOTHING)))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a count must be 0..0, got " + length);
  }

  private static ByteBuffer runHead(int more) {
    ByteBuffer head = ByteBuffer.allocate(8 * 6 + 4 + 4 + more);
    return head.putLong(1).putLong(0).putLong(1).putLong(1).putLong(0).putLong(1).putInt(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE})
  void an_index_that_is_no_int_is_refused(long index) {
    ByteBuffer head = ByteBuffer.allocate(24).putLong(1).putLong(index).putLong(1).flip();
    assertThatThrownBy(() -> MessageCodec.decodeToPool(new Frame(RETURNED, head, NOTHING)))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a number must be 0..2147483647, got " + index);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65, Integer.MAX_VALUE})
  void an_absurd_count_of_types_is_refused(int count) {
    ByteBuffer head =
        ByteBuffer.allocate(48)
            .putLong(1)
            .putLong(1)
            .putLong(1)
            .putLong(1)
            .putLong(0)
            .putInt(count)
            .putInt(0);
    assertThatThrownBy(() -> MessageCodec.decodeToPool(new Frame(THREW, head.flip(), NOTHING)))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a count must be 0..64, got " + count);
  }

  @Test
  void trailing_bytes_are_refused() {
    Frame frame = new Frame((byte) 69, NOTHING, GoldenFrames.bytes("x"));
    assertThatThrownBy(() -> MessageCodec.decodeToPool(frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a message of type 69 is 0 + 1 bytes too long");
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 9, 64, 73, -1, Byte.MIN_VALUE, Byte.MAX_VALUE})
  void an_unknown_type_is_refused(byte type) {
    Frame frame = new Frame(type, NOTHING, NOTHING);
    assertThatThrownBy(() -> MessageCodec.decodeToPool(frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("no message has the type " + type);
  }

  @Test
  void more_types_than_are_read_are_not_written() throws ProtocolException {
    List<String> types = Collections.nCopies(200, "com.acme.Deep");
    Message.Threw threw = new Message.Threw(1, 0, 0, 0, false, types, NOTHING, NOTHING);
    assertThat(MessageCodec.decodeToPool(MessageCodec.encode(threw)))
        .isInstanceOfSatisfying(
            Message.Threw.class,
            read -> assertThat(read.types()).hasSize(64).containsOnly("com.acme.Deep"));
  }

  @Test
  void a_name_of_the_longest_kind_travels() throws ProtocolException {
    String name = "ü".repeat(200);
    Message.Run run = new Message.Run(1, 0, false, 1, 0, 0, 1, name, Items.of(List.of(NOTHING)));
    assertThat(MessageCodec.decodeToWorker(MessageCodec.encode(run))).isEqualTo(run);
  }

  /** Every number of the head becomes an extreme one in turn, behind checksums that fit. */
  @Test
  void a_head_with_any_number_replaced_by_an_extreme_one_gives_a_message_or_a_protocol_exception()
      throws IOException {
    for (Message message : GoldenFrames.MESSAGES.values()) {
      Frame frame = MessageCodec.encode(message);
      byte[] head = new byte[frame.head().remaining()];
      frame.head().duplicate().get(head);
      for (int at = 0; at + 4 <= head.length; at++) {
        for (int extreme : new int[] {-1, 0, 65_537, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
          byte[] changed = head.clone();
          ByteBuffer.wrap(changed).putInt(at, extreme);
          decodeOrProtocolException(
              new Frame(frame.type(), ByteBuffer.wrap(changed), frame.payload()));
        }
      }
    }
  }

  @Test
  void noise_gives_nothing_but_io_exceptions() throws IOException {
    SplittableRandom random = new SplittableRandom(20_260_101);
    for (int i = 0; i < 10_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      FrameReader reader = new FrameReader(new ByteArrayInputStream(noise), 1 << 20);
      if (noise.length > 0) {
        assertThatExceptionOfType(IOException.class).isThrownBy(reader::read);
      }
    }
  }

  /** Behind an envelope that is whole: only the codec stands between the noise and the pool. */
  @Test
  void noise_in_a_whole_frame_gives_a_message_or_a_protocol_exception() throws IOException {
    SplittableRandom random = new SplittableRandom(20_260_102);
    byte[] types = {1, 2, 3, 4, 5, 65, 66, 67, 68, 69};
    for (int i = 0; i < 10_000; i++) {
      byte[] head = new byte[random.nextInt(120)];
      byte[] payload = new byte[random.nextInt(40)];
      if (random.nextBoolean()) {
        random.nextBytes(head);
      }
      for (int sparse = random.nextInt(8); sparse > 0 && head.length > 0; sparse--) {
        head[random.nextInt(head.length)] = (byte) random.nextInt(40);
      }
      byte type = types[random.nextInt(types.length)];
      decodeOrProtocolException(new Frame(type, ByteBuffer.wrap(head), ByteBuffer.wrap(payload)));
    }
  }

  private static void decodeOrProtocolException(Frame frame) throws IOException {
    byte[] bytes = GoldenFrames.write(frame);
    Frame read = new FrameReader(new ByteArrayInputStream(bytes), 1 << 20).read();
    assertThat(read).isNotNull();
    try {
      assertThat(GoldenFrames.decode(read)).isNotNull();
    } catch (ProtocolException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }
}
