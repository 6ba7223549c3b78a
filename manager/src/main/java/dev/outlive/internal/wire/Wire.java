package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Processors;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, over which frames go. The channel does not block: whoever waits does so
 * in a selector of the connection's own, because an interrupt ends that wait and leaves the
 * connection whole, where it would close a blocking channel.
 *
 * <p>One thread at a time reads or writes; {@link #writeIfPossible} and {@link #close} are for any
 * thread at any time.
 */
public final class Wire implements AutoCloseable {
  /** The most bytes of a frame before the other side has shown who it is. */
  public static final long HANDSHAKE_BYTES = 4 << 10;

  private static final int BUFFER_BYTES = 64 << 10;
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 2_000_000;

  /** How long it is worth to look again and again rather than sleep, which costs two wake-ups. */
  private static final long SOON_NANOS = 50_000;

  /** For how long of it nobody else is let run in between. */
  private static final long AT_ONCE_NANOS = 10_000;

  private static final boolean MANY_PROCESSORS = Processors.count() > 1;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer arrived = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private final InputStream in = new Arriving();
  private final FrameWriter writer = new FrameWriter(new Leaving());
  private FrameReader reader = new FrameReader(in, HANDSHAKE_BYTES);
  private long limit = HANDSHAKE_BYTES;
  private long deadline = Long.MAX_VALUE;
  private boolean ended;
  private boolean brisk; // whether the last wait was a short one
  private @Nullable Runnable onInterrupt;
  private boolean interrupted;

  private Wire(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.selector = Selector.open();
    channel.configureBlocking(false);
    if (!(channel.getLocalAddress() instanceof UnixDomainSocketAddress)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      keepAlive(channel);
    }
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Who loses power or its network is known to be gone within half a minute. */
  private static void keepAlive(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 10);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 4);
    }
  }

  /**
   * Takes over a channel, and closes it where that fails.
   *
   * @throws IOException if there are no descriptors left
   */
  public static Wire over(SocketChannel channel) throws IOException {
    try {
      return new Wire(channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Connects to a server.
   *
   * @throws IOException if nobody listens there, or nobody is let in for half a minute
   */
  public static Wire connect(SocketAddress address) throws IOException {
    long end = System.nanoTime() + CONNECTED_WITHIN.toNanos();
    while (true) {
      try {
        return connectOnce(address);
      } catch (ConnectException e) {
        throw e;
      } catch (SocketException e) {
        // a Unix socket whose queue is full says so at once (EAGAIN, connect(2)), as if for ever
        boolean full =
            address instanceof UnixDomainSocketAddress unix && Files.exists(unix.getPath());
        if (!full || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static Wire connectOnce(SocketAddress address) throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      channel.configureBlocking(false); // an interrupt would close it while it blocks
      if (!channel.connect(address)) {
        awaitConnected(channel);
      }
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
    return over(channel);
  }

  private static void awaitConnected(SocketChannel channel) throws IOException {
    boolean interrupted = false;
    long end = System.nanoTime() + CONNECTED_WITHIN.toNanos();
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_CONNECT);
      while (!channel.finishConnect()) {
        if (System.nanoTime() > end) {
          throw new SocketTimeoutException("not connected within " + CONNECTED_WITHIN);
        }
        int _ = selector.select(CONNECTED_WITHIN.toMillis());
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Sets the most bytes that a frame's body may have from now on, both ways. */
  public void limitFrames(long bytes) {
    limit = bytes;
    reader = new FrameReader(in, bytes);
  }

  /** Sets how long the other side may keep this one waiting, all in all; null: for ever. */
  public void allow(@Nullable Duration time) {
    deadline = time == null ? Long.MAX_VALUE : System.nanoTime() + time.toNanos();
  }

  /**
   * Writes a frame, and returns when the kernel has taken it.
   *
   * @throws ProtocolException if it is larger than a frame may be; nothing was written then
   * @throws IOException if the connection has ended
   */
  public void write(Frame frame) throws IOException {
    if (frame.length() > limit) {
      throw new ProtocolException(
          String.format(
              "a message may have %,d bytes, and this one has %,d. Raise maxMessageBytes, or pass"
                  + " less at a time",
              limit, frame.length()));
    }
    try {
      writer.write(List.of(frame));
    } finally {
      keepInterrupt();
    }
  }

  /** What was noted of an interrupt is set again where somebody waits for it. */
  private void keepInterrupt() {
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the next frame, or null at the end of the connection.
   *
   * @throws IOException if the connection is damaged, or the other side took too long
   */
  public @Nullable Frame read() throws IOException {
    return read(() -> {});
  }

  /**
   * Returns the next frame, or null at the end of the connection. An interrupt of this thread is
   * kept for later.
   *
   * @param onFirstInterrupt called once when this thread is interrupted meanwhile
   */
  public @Nullable Frame read(Runnable onFirstInterrupt) throws IOException {
    onInterrupt = onFirstInterrupt;
    try {
      return reader.read();
    } finally {
      onInterrupt = null;
      keepInterrupt();
    }
  }

  /** Writes a frame as far as the kernel takes it at once, whoever else reads or writes. */
  public void writeIfPossible(Frame frame) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new FrameWriter(bytes).write(List.of(frame));
      int _ = channel.write(ByteBuffer.wrap(bytes.toByteArray()));
    } catch (IOException e) {
      // the other side is gone
    }
  }

  /** Only where nothing is left of what has arrived before. */
  private void fill() throws IOException {
    arrived.clear();
    try {
      ended |= channel.read(arrived) < 0;
    } finally {
      arrived.flip();
    }
  }

  /** Waits until something arrives or the channel ends, or {@link #await} has been woken once. */
  private void awaitArrival() throws IOException {
    long began = System.nanoTime();
    if (brisk && arrivesSoon(began)) {
      return;
    }
    await(SelectionKey.OP_READ);
    brisk = MANY_PROCESSORS && System.nanoTime() - began < 2 * SOON_NANOS;
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: others may run meanwhile
  private boolean arrivesSoon(long began) throws IOException {
    long waited;
    while ((waited = System.nanoTime() - began) < SOON_NANOS) {
      if (waited > AT_ONCE_NANOS) {
        Thread.yield();
      }
      fill();
      if (arrived.hasRemaining() || ended) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits until the channel is ready, or an interrupt or a change of the deadline makes it look.
   */
  private void await(int operation) throws IOException {
    long left = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("the other side took too long");
    }
    try {
      key.interestOps(operation);
      if (left == Long.MAX_VALUE) {
        int _ = selector.select();
      } else {
        int _ = selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
      }
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    if (Thread.interrupted()) {
      interrupted = true;
      Runnable told = onInterrupt;
      onInterrupt = null;
      if (told != null) {
        told.run();
      }
    }
  }

  /** Ends the connection; whoever waits for it is told so. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // it is closed all the same
    }
    try {
      selector.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }

  private final class Arriving extends InputStream {
    @Override
    public int read() {
      throw new AssertionError("frames are read by the array");
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (true) {
        if (!arrived.hasRemaining() && !ended) {
          fill();
        }
        if (arrived.hasRemaining()) {
          int taken = Math.min(length, arrived.remaining());
          arrived.get(into, offset, taken);
          return taken;
        }
        if (ended) {
          return -1;
        }
        awaitArrival();
      }
    }
  }

  private final class Leaving extends OutputStream {
    @Override
    public void write(int one) {
      throw new AssertionError("frames are written by the array");
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      int at = offset;
      while (at < offset + length) {
        // the JDK copies what it is given, all of it, however little the kernel takes
        int slice = Math.min(BUFFER_BYTES, offset + length - at);
        int written = channel.write(ByteBuffer.wrap(from, at, slice));
        if (written == 0) {
          await(SelectionKey.OP_WRITE);
        }
        at += written;
      }
    }
  }
}
