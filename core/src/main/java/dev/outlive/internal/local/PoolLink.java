package dev.outlive.internal.local;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pool's side of one worker's link: frames that wait to be sent, and the end of those that
 * come. Its owner starts a thread that reads and one that writes.
 *
 * <p>Sending never blocks. Little is written by whoever sends it, without a change of threads,
 * where the worker is known to have read what was sent before: it has answered a delivery, so it
 * has read all up to that. What it may not have read is then less than any pipe holds.
 */
final class PoolLink {
  private static final long FRAME_SLACK_BYTES = 32 << 20;
  private static final int BUFFER_BYTES = 64 << 10;

  /** A pipe has a page at least, and two where the kernel is no older than 5.14 (pipe(7)). */
  private static final long MOST_UNREAD_BYTES = 2048;

  /** A delivery, and how many bytes had been sent with it. */
  private record Mark(long delivery, long sentBytes) {}

  private final long frameLimit;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Deque<Frame> outgoing = new ArrayDeque<>(); // all below: guarded by this
  private final Deque<Mark> unanswered = new ArrayDeque<>();
  private @Nullable FrameWriter writer; // null: nobody may write now
  private boolean closed;
  private long sentBytes;
  private long readBytes;

  PoolLink(long maxResultBytes) {
    this.frameLimit = Math.min(Integer.MAX_VALUE - 64, maxResultBytes + FRAME_SLACK_BYTES);
  }

  // ---- writing

  /** Sends frames, after those sent before. */
  synchronized void send(List<Frame> frames) {
    for (Frame frame : frames) {
      sentBytes += FrameWriter.bytes(frame);
      long delivery = MessageCodec.delivery(frame);
      if (delivery != 0) {
        unanswered.addLast(new Mark(delivery, sentBytes));
      }
    }
    FrameWriter free = writer;
    if (free != null && outgoing.isEmpty() && sentBytes - readBytes <= MOST_UNREAD_BYTES) {
      writeNow(free, frames);
    } else {
      outgoing.addAll(frames);
      notifyAll();
    }
  }

  private void writeNow(FrameWriter free, List<Frame> frames) {
    try {
      free.write(frames);
    } catch (IOException e) {
      writer = null; // the worker is gone: its death is told by those who saw it
    }
  }

  /** Ends the writing, after what was sent before. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Writes what was sent, all that waits at once, until the link is closed or broken. */
  void write(OutputStream out) {
    FrameWriter own = new FrameWriter(out);
    List<Frame> batch = new ArrayList<>();
    try {
      while (take(own, batch)) {
        own.write(batch);
      }
      out.close();
    } catch (InterruptedException | IOException e) {
      // the worker is gone: its death is told by those who saw it
    }
  }

  /**
   * Waits for what is to be written; whoever sends may write meanwhile. Returns false at the end.
   */
  private synchronized boolean take(FrameWriter own, List<Frame> batch)
      throws InterruptedException {
    batch.clear();
    while (outgoing.isEmpty() && !closed) {
      writer = own;
      wait();
    }
    writer = null;
    batch.addAll(outgoing);
    outgoing.clear();
    return !batch.isEmpty();
  }

  // ---- reading

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
          handOn(all, receiver);
        }
      }
    } finally {
      try {
        handOn(together, receiver);
      } finally {
        ended.countDown();
      }
    }
  }

  private void handOn(List<Frame> frames, Consumer<List<Frame>> receiver) {
    if (!frames.isEmpty()) {
      answered(frames);
      receiver.accept(frames);
    }
  }

  /** Deliveries are numbered in the order in which they are sent. */
  private synchronized void answered(List<Frame> frames) {
    for (Frame frame : frames) {
      long delivery = MessageCodec.delivery(frame);
      boolean sent = !unanswered.isEmpty() && delivery <= unanswered.getLast().delivery;
      while (sent && !unanswered.isEmpty() && unanswered.getFirst().delivery <= delivery) {
        readBytes = unanswered.removeFirst().sentBytes;
      }
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
