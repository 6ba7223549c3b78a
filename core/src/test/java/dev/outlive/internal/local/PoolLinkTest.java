package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PoolLinkTest {
  private final PoolLink link = new PoolLink(1 << 20);
  private final List<List<Frame>> received = new ArrayList<>();

  private static Frame frame(int type, int bytes) {
    ByteBuffer payload = ByteBuffer.allocate(bytes);
    return new Frame((byte) type, ByteBuffer.allocate(8), payload);
  }

  private static byte[] written(Frame... frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(List.of(frames));
    return out.toByteArray();
  }

  private void read(byte[] bytes) throws IOException {
    link.read(new ByteArrayInputStream(bytes), PageOwner.NONE, received::add);
  }

  @Test
  void frames_that_have_come_together_are_handed_on_together() throws IOException {
    Frame one = frame(2, 10);
    Frame two = frame(3, 20);
    Frame three = frame(4, 30);
    read(written(one, two, three));
    assertThat(received).containsExactly(List.of(one, two, three));
  }

  @Test
  void a_frame_waits_for_none_that_is_not_whole() throws IOException {
    Frame one = frame(2, 10);
    byte[] bytes = written(one, frame(3, 1_000));
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(EOFException.class);
    assertThat(received).containsExactly(List.of(one));
  }

  @Test
  void what_came_before_a_damaged_frame_is_handed_on() throws IOException {
    Frame one = frame(2, 10);
    Frame two = frame(3, 10);
    byte[] bytes = written(one, two, frame(4, 10));
    bytes[bytes.length - 1]++;
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(ProtocolException.class);
    assertThat(received).containsExactly(List.of(one, two));
  }
}
