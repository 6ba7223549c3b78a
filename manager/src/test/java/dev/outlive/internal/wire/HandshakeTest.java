package dev.outlive.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.spi.Frame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Both sides prove that they know the key, and nothing else is believed. Budget: 3 s. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class HandshakeTest {
  private static final byte[] KEY = "the key of both sides".getBytes(UTF_8);
  private static final byte[] OTHER = "the key of nobody here".getBytes(UTF_8);
  private static final Handshake.Guest SELF = new Handshake.Guest("process 1 (ab)", 3);
  private static final Handshake.Welcome WELCOME = new Handshake.Welcome("cafe", 1 << 20, true);

  private ServerSocketChannel listener;
  private Wire client;
  private Wire server;

  @BeforeEach
  void connect() throws IOException {
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    client = Wire.connect(listener.getLocalAddress());
    server = Wire.over(listener.accept());
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
    listener.close();
  }

  private FutureTask<Handshake.Guest> serving(byte[] key) {
    FutureTask<Handshake.Guest> serving =
        new FutureTask<>(
            () -> {
              AtomicReference<Handshake.Guest> admitted = new AtomicReference<>();
              Handshake.asServer(server, key, WELCOME, admitted::set);
              return admitted.get();
            });
    Thread.ofPlatform().daemon().start(serving);
    return serving;
  }

  @Test
  void twoThatKnowTheKeyGetToKnowEachOther() throws Exception {
    FutureTask<Handshake.Guest> serving = serving(KEY);
    assertThat(Handshake.asClient(client, SELF, KEY)).isEqualTo(WELCOME);
    assertThat(serving.get()).isEqualTo(SELF);
  }

  @Test
  void aClientThatHasAnotherKeyGoesAwayBeforeItHasSentAProof() {
    serving(KEY);
    assertThatThrownBy(() -> Handshake.asClient(client, SELF, OTHER))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("does not know the key");
  }

  @Test
  void aClientWithoutAKeyIsRefused() {
    FutureTask<Handshake.Guest> serving = serving(KEY);
    assertThatThrownBy(() -> Handshake.asClient(client, SELF, null))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("asks for a key");
    assertThatThrownBy(serving::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(AccessException.class);
  }

  @Test
  void aProofCannotBeSentBackToWhoeverMadeIt() throws Exception {
    FutureTask<Handshake.Guest> serving = serving(KEY);
    // who does not know the key repeats the server's own proof
    client.write(hello());
    Frame challenge = read();
    byte[] head = new byte[challenge.head().remaining()];
    challenge.head().get(head);
    byte[] proof = java.util.Arrays.copyOfRange(head, head.length - 34, head.length);
    client.write(new Frame((byte) 3, java.nio.ByteBuffer.wrap(proof), challenge.payload()));
    assertThat(read().type()).isEqualTo((byte) 5);
    assertThatThrownBy(serving::get).hasCauseInstanceOf(AccessException.class);
  }

  private Frame read() throws IOException {
    Frame frame = client.read();
    if (frame == null) {
      throw new java.io.EOFException();
    }
    return frame;
  }

  private static Frame hello() {
    java.nio.ByteBuffer head = java.nio.ByteBuffer.allocate(200);
    byte[] self = SELF.client().getBytes(UTF_8);
    head.putInt(1).putShort((short) self.length).put(self).putInt(3);
    head.putShort((short) 32).put(new byte[32]).flip();
    return new Frame((byte) 1, head, java.nio.ByteBuffer.allocate(0));
  }

  @Test
  void anotherVersionIsRefusedWithBothNumbers() throws Exception {
    serving(KEY);
    client.write(
        new Frame(
            (byte) 1,
            java.nio.ByteBuffer.allocate(4).putInt(99).flip(),
            java.nio.ByteBuffer.allocate(0)));
    assertThat(UTF_8.decode(read().head()).toString())
        .contains("version 99 was sent, 1 is spoken here");
  }

  @Test
  void whoTakesTooLongIsLeft() {
    server.allow(Duration.ofMillis(50));
    assertThatThrownBy(() -> Handshake.asServer(server, KEY, WELCOME, _ -> {}))
        .isInstanceOf(java.net.SocketTimeoutException.class)
        .hasMessageContaining("took too long");
  }
}
