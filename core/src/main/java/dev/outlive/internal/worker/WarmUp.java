package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.Rehearsal;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.internal.protocol.Segments;
import dev.outlive.internal.protocol.WorkerPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * What makes a worker's first task as fast as its second: while the worker is idle, tasks of
 * Outlive's own go the way that a task of the user's will, through a runner of their own that has
 * no pool behind it. It runs none of the user's code, and no further once there is work: that finds
 * its way alone, and has the processor for itself.
 */
final class WarmUp {
  private static final int SLOT = 0;
  private static final long MOST_RESULT_BYTES = 1 << 20;
  private static final long TOKEN = 1; // of the markers in its output

  private final Consumer<Message.ToWorker> worker;
  private final TaskRunner runner;
  private final ServedLoaders loaders;

  /**
   * Creates one.
   *
   * @param worker takes messages as if the pool had sent them
   * @param runner tells when work has come
   */
  WarmUp(Consumer<Message.ToWorker> worker, TaskRunner runner, ServedLoaders loaders) {
    this.worker = worker;
    this.runner = runner;
    this.loaders = loaders;
  }

  /** Goes through it, on the calling thread; what fails here will fail, and be told, in a task. */
  void run() {
    String name = Thread.currentThread().getName();
    try {
      if (!runner.hasWorked()) {
        worker.accept(received(new Message.Forget(0))); // no function has the number 0
        rehearse();
      }
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      // nobody has asked for it
    } finally {
      Thread.currentThread().setName(name);
      Rehearsal.ended();
    }
  }

  private void rehearse() throws Exception {
    try (WorkerPage page = WorkerPage.unshared()) {
      AnswerLink answers = new AnswerLink(OutputStream.nullOutputStream(), MOST_RESULT_BYTES);
      answers.keepUnsent(page.unsent());
      TaskRunner stage = stage(page, answers);
      try {
        List<Callable<ByteBuffer>> tasks = List.of(Rehearsal::shortTask, Rehearsal::task);
        long delivery = 0;
        for (Callable<ByteBuffer> task : tasks) {
          if (!runner.hasWorked()) {
            page.offer(SLOT, ++delivery);
            stage.carryOut(received(run(delivery, task.call())));
            answers.flush();
          }
        }
      } finally {
        stage.close();
      }
    }
  }

  private TaskRunner stage(WorkerPage page, AnswerLink answers) {
    return new TaskRunner(
        RunningTask.REHEARSED,
        page,
        answers,
        new TaggedOutput(OutputStream.nullOutputStream(), TOKEN, _ -> {}, _ -> {}),
        LastWords.rehearsed(page),
        loaders,
        new WorkerSegments(Segments.NONE, SegmentStore.NONE));
  }

  private static Message.Run run(long delivery, ByteBuffer task) {
    return new Message.Run(
        delivery, SLOT, false, delivery, 0, 0, 1, "rehearsal", Items.of(List.of(task)));
  }

  /** Returns a message as it comes out of a link. */
  private static Message.ToWorker received(Message.ToWorker sent) throws IOException {
    ByteArrayOutputStream link = new ByteArrayOutputStream();
    new FrameWriter(link).write(List.of(MessageCodec.encode(sent)));
    FrameReader in = new FrameReader(new ByteArrayInputStream(link.toByteArray()), link.size());
    return MessageCodec.decodeToWorker(Objects.requireNonNull(in.read()));
  }
}
