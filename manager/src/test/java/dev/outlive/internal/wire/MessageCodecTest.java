package dev.outlive.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages survive the way over a stream, and nothing else passes for one. Budget: 2 s. */
class MessageCodecTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final List<Message.ToServer> TO_SERVER =
      List.of(
          new Message.Call(7, 42, "get(I)Ljava/lang/Object;", List.of(bytes("one"), bytes(""))),
          new Message.Call(8, 0, "size()I", List.of()),
          new Message.Cancel(3, 7),
          new Message.Taken(),
          new Message.Untaken());

  private static final List<Message.ToClient> TO_CLIENT =
      List.of(
          new Message.Returned(true, false, bytes("value")),
          new Message.Returned(false, true, bytes("")),
          new Message.Threw(true, bytes("error"), bytes("copy")),
          new Message.Threw(false, bytes(""), bytes("copy")),
          new Message.Closing());

  private static byte[] written(Message message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(List.of(MessageCodec.encode(message)));
    return out.toByteArray();
  }

  private static Frame read(byte[] bytes) throws IOException {
    Frame frame = new FrameReader(new ByteArrayInputStream(bytes), 1 << 20).read();
    if (frame == null) {
      throw new java.io.EOFException();
    }
    return frame;
  }

  @Test
  void everyMessageArrivesAsItWasSent() throws IOException {
    for (Message.ToServer message : TO_SERVER) {
      assertThat(MessageCodec.toServer(read(written(message)))).isEqualTo(message);
    }
    for (Message.ToClient message : TO_CLIENT) {
      assertThat(MessageCodec.toClient(read(written(message)))).isEqualTo(message);
    }
  }

  @Test
  void whatTheOtherSideSaysIsRefused() throws IOException {
    for (Message message : TO_CLIENT) {
      assertThatThrownBy(() -> MessageCodec.toServer(read(written(message))))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("a client does not say");
    }
    for (Message message : TO_SERVER) {
      assertThatThrownBy(() -> MessageCodec.toClient(read(written(message))))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("a server does not say");
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    for (Message message : TO_SERVER) {
      byte[] sound = written(message);
      for (int bit = 0; bit < sound.length * 8; bit++) {
        byte[] damaged = sound.clone();
        damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThatThrownBy(() -> MessageCodec.toServer(read(damaged)))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void randomBodiesGiveAMessageOrACleanError() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] head = new byte[random.nextInt(20)];
      byte[] payload = new byte[random.nextInt(20)];
      random.nextBytes(head);
      random.nextBytes(payload);
      Frame frame =
          new Frame(
              (byte) (16 + random.nextInt(20)), ByteBuffer.wrap(head), ByteBuffer.wrap(payload));
      try {
        assertThat(i % 2 == 0 ? MessageCodec.toServer(frame) : MessageCodec.toClient(frame))
            .isNotNull();
      } catch (ProtocolException e) {
        assertThat(e).hasMessageMatching("[a-z].*");
      }
    }
  }
}
