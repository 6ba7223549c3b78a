package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
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
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** Waits until so much was written, and the thread that writes waits for more. */
  private static void await(Pipe pipe, int writes, Thread writer) {
    while (pipe.writers.size() < writes || writer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private static Frame run(long delivery, int bytes) {
    Items items = Items.of(List.of(ByteBuffer.allocate(bytes)));
    return MessageCodec.encode(new Message.Run(delivery, 0, false, 1, 0, 0, 1, "task", items));
  }

  private static byte[] answer(long delivery) throws IOException {
    return written(MessageCodec.encode(new Message.Withdrawn(delivery)));
  }

  /** Notes which thread writes. */
  private static final class Pipe extends ByteArrayOutputStream {
    final List<Thread> writers = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      writers.add(Thread.currentThread());
      super.write(bytes, offset, length);
    }
  }

  @Test
  void who_sends_writes_while_little_is_unread_and_goes_on_once_it_is_answered() throws Exception {
    Pipe pipe = new Pipe();
    Thread writer = Thread.ofPlatform().start(() -> link.write(pipe));
    Frame small = run(1, 800);
    Frame second = run(2, 800);
    Frame third = run(3, 800);
    Frame fourth = run(4, 800);
    await(pipe, 0, writer);
    link.send(List.of(small));
    link.send(List.of(second));
    assertThat(pipe.writers).as("less than 2 KiB").containsOnly(Thread.currentThread()).hasSize(2);
    link.send(List.of(third));
    await(pipe, 3, writer);
    assertThat(pipe.writers.getLast()).as("more than that").isSameAs(writer);
    read(answer(2));
    link.send(List.of(fourth));
    assertThat(pipe.writers.getLast()).as("two are read").isSameAs(Thread.currentThread());
    link.close();
    writer.join();
    assertThat(pipe.toByteArray()).isEqualTo(written(small, second, third, fourth));
  }

  @Test
  void an_answer_to_what_was_never_sent_proves_nothing() throws Exception {
    Pipe pipe = new Pipe();
    Thread writer = Thread.ofPlatform().start(() -> link.write(pipe));
    await(pipe, 0, writer);
    link.send(List.of(run(1, 3_000)));
    await(pipe, 1, writer);
    read(answer(7));
    link.send(List.of(run(2, 10)));
    await(pipe, 2, writer);
    assertThat(pipe.writers).containsOnly(writer);
    link.close();
    writer.join();
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
