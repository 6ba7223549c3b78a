package dev.outlive.internal.local;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The pool's side of one worker's link: frames that wait to be sent, and the end of those that
 * come. Sending never blocks; reading and writing are done by one thread each, which their owner
 * starts.
 */
final class PoolLink {
  private static final long FRAME_SLACK_BYTES = 32 << 20;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final Frame END =
      new Frame((byte) 0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));

  private final long frameLimit;
  private final BlockingQueue<Frame> outgoing = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  PoolLink(long maxResultBytes) {
    this.frameLimit = Math.min(Integer.MAX_VALUE - 64, maxResultBytes + FRAME_SLACK_BYTES);
  }

  void send(Frame frame) {
    outgoing.add(frame);
  }

  /** Ends the writing, after what was sent before. */
  void close() {
    outgoing.add(END);
  }

  /**
   * Hands on all frames until the link ends, and those that are in the page then: together those
   * that have come together.
   *
   * @throws ProtocolException if what comes is not a frame
   * @throws IOException if the link breaks
   */
  void read(InputStream in, PageOwner page, Consumer<List<Frame>> receiver) throws IOException {
    InputStream bytes = new BufferedInputStream(new LinkInput(in, page), BUFFER_BYTES);
    FrameReader reader = new FrameReader(bytes, frameLimit);
    List<Frame> together = new ArrayList<>();
    try {
      for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
        together.add(frame);
        if (!reader.atHand()) {
          List<Frame> all = together;
          together = new ArrayList<>();
          receiver.accept(all);
        }
      }
    } finally {
      if (!together.isEmpty()) {
        receiver.accept(together);
      }
      ended.countDown();
    }
  }

  /** Writes what was sent, all that waits at once, until the link is closed or broken. */
  void write(OutputStream out) {
    FrameWriter writer = new FrameWriter(out);
    List<Frame> batch = new ArrayList<>();
    try {
      while (true) {
        batch.clear();
        batch.add(outgoing.take());
        outgoing.drainTo(batch);
        boolean end = batch.remove(END);
        writer.write(batch);
        if (end) {
          out.close();
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      // the worker is gone: its death is told by those who saw it
    }
  }

  /** Waits until all was read that the worker had sent, with a bound. */
  void awaitEnd(long millis) {
    try {
      ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
