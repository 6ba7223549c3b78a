package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.Rehearsal;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What makes a worker's first task as fast as its second: while the worker is idle, a task of
 * Outlive's own goes the way that a task of the user's will. It runs none of the user's code, and
 * no further once there is work: that finds its way alone, and has the processor for itself.
 */
final class WarmUp {
  private final WorkerMain worker;
  private final TaskRunner runner;
  private final Values values;

  /** Creates one that has values of its own. */
  WarmUp(WorkerMain worker, TaskRunner runner, Values values) {
    this.worker = worker;
    this.runner = runner;
    this.values = values;
  }

  /** Goes through it, on the calling thread; what fails here will fail, and be told, in a task. */
  void run() {
    try {
      passMessage();
      answer(Rehearsal.shortTask());
      answer(Rehearsal.task());
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      // nobody has asked for it
    } finally {
      ServedLoaders.exit();
      Rehearsal.ended();
    }
  }

  /** A message that changes nothing: no function has the number 0. */
  private void passMessage() throws IOException {
    if (!runner.hasWorked()) {
      worker.take(MessageCodec.decodeToWorker(MessageCodec.encode(new Message.Forget(0))));
    }
  }

  private void answer(ByteBuffer task) throws Exception {
    if (runner.hasWorked()) {
      return;
    }
    FunctionCode.Call call = FunctionCode.work(task, values);
    if (!runner.hasWorked()) {
      ByteBuffer value = values.encode(call.call()).parcel().bytes();
      var _ = MessageCodec.encode(new Message.Returned(0, 0, 0, 0, value));
    }
  }
}
