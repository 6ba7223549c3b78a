package dev.outlive.internal.local;

import dev.outlive.internal.protocol.OutputMarker;
import dev.outlive.spi.OutputObserver;
import dev.outlive.task.TaskStream;

/**
 * Takes the markers out of what a worker prints, wherever the bytes were cut on their way, and
 * tells whose the rest is. What only looks like a marker is text. Confined to one thread.
 */
final class OutputSplitter {
  private final long token;
  private final OutputTail tail;
  private final OutputObserver observer;

  /** The beginning of what may become a marker. */
  private final byte[] held = new byte[OutputMarker.BYTES];

  private int holding;
  private TaskStream stream = TaskStream.ERR;
  private long delivery;

  /**
   * Creates one.
   *
   * @param token the worker's; 0: it writes no markers
   * @param tail gets the text
   * @param observer gets the text, and is told where it changes hands
   */
  OutputSplitter(long token, OutputTail tail, OutputObserver observer) {
    this.token = token;
    this.tail = tail;
    this.observer = observer;
  }

  /** Takes the bytes of an array up to, not including, the one at {@code end}. */
  void add(byte[] bytes, int start, int end) {
    if (token == 0) {
      text(bytes, start, end);
      return;
    }
    int from = start;
    while (holding > 0 && from < end) {
      held[holding++] = bytes[from++];
      settleHeld();
    }
    int at = from;
    while (at < end) {
      if (bytes[at] != OutputMarker.START || !OutputMarker.mayBegin(bytes, at, end, token)) {
        at++;
        continue;
      }
      text(bytes, from, at);
      if (end - at < OutputMarker.BYTES) {
        holding = end - at;
        System.arraycopy(bytes, at, held, 0, holding);
        return;
      }
      marker(bytes, at);
      at += OutputMarker.BYTES;
      from = at;
    }
    text(bytes, from, end);
  }

  /** Nothing more comes. */
  void end() {
    text(held, 0, holding);
    holding = 0;
    observer.ended();
  }

  /** Lets go of what is held from its front, until the rest may be a marker. */
  private void settleHeld() {
    int from = 0;
    while (from < holding && !OutputMarker.mayBegin(held, from, holding, token)) {
      from++;
    }
    text(held, 0, from);
    holding -= from;
    System.arraycopy(held, from, held, 0, holding);
    if (holding == OutputMarker.BYTES) {
      marker(held, 0);
      holding = 0;
    }
  }

  private void marker(byte[] bytes, int at) {
    stream = OutputMarker.stream(bytes, at);
    long next = OutputMarker.delivery(bytes, at);
    if (next != delivery) {
      delivery = next;
      observer.printing(next);
    }
  }

  private void text(byte[] bytes, int from, int to) {
    if (from < to) {
      tail.add(bytes, from, to);
      observer.printed(stream, bytes, from, to);
    }
  }
}
