package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The way from a worker to its pool: for the answers of the task thread, and for whichever thread
 * needs a class. Each message is whole. Safe for use by many threads.
 */
final class AnswerLink {
  private final FrameWriter writer;
  private final long maxResultBytes;
  private volatile Runnable whenBroken = () -> Runtime.getRuntime().halt(ExitCode.POOL_GONE);

  AnswerLink(OutputStream out, long maxResultBytes) {
    this.writer = new FrameWriter(out);
    this.maxResultBytes = maxResultBytes;
  }

  long maxResultBytes() {
    return maxResultBytes;
  }

  /** Sends a message; a pool that is not there to take it is the end of the worker. */
  synchronized void send(Message.ToPool message) {
    try {
      writer.write(List.of(MessageCodec.encode(message)));
    } catch (IOException e) {
      whenBroken.run();
    }
  }

  /** Has something else done when the link is broken than to halt at once; it must halt too. */
  void onBroken(Runnable end) {
    whenBroken = end;
  }
}
