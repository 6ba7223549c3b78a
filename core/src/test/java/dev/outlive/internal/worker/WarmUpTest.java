package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.Rehearsal;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.internal.protocol.Segments;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.task.TaskContext;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is rehearsed is nobody else's: a task may have come and run meanwhile. */
final class WarmUpTest {
  private final List<Message.ToWorker> taken = new ArrayList<>();
  private final AnswerLink answers = new AnswerLink(OutputStream.nullOutputStream(), 1);
  private final ServedLoaders loaders = new ServedLoaders(new ClassRequests(answers, 1));

  @Test
  void a_task_that_runs_meanwhile_keeps_its_context() throws Exception {
    try (WorkerPage page = WorkerPage.unshared()) {
      TaskRunner idle = runner(page);
      RunningTask task =
          new RunningTask(run(1, Rehearsal.task()), 0, 7, page, new Steps(page, 0, 1));
      String thread = Thread.currentThread().getName();
      task.enter();
      try {
        new WarmUp(taken::add, idle, loaders).run();

        assertThat(TaskContext.currentIfAny()).containsSame(task);
      } finally {
        task.exit();
      }
      assertThat(taken).hasSize(1);
      assertThat(Thread.currentThread().getName()).isEqualTo(thread);
    }
  }

  @Test
  void nothing_is_rehearsed_once_there_is_work() throws Exception {
    try (WorkerPage page = WorkerPage.unshared()) {
      TaskRunner busy = runner(page);
      busy.enqueue(run(1, Rehearsal.task()));

      new WarmUp(taken::add, busy, loaders).run();

      assertThat(taken).isEmpty();
    }
  }

  /** Else this JVM would end here. */
  @Test
  void memory_that_runs_out_in_a_rehearsal_ends_nothing() {
    try (WorkerPage page = WorkerPage.unshared()) {
      LastWords.rehearsed(page).endIfExhausted(new OutOfMemoryError("Java heap space"));

      assertThat(page.lastWord()).isEqualTo(LastWord.NONE);
    }
  }

  private TaskRunner runner(WorkerPage page) {
    TaggedOutput output = new TaggedOutput(OutputStream.nullOutputStream(), 0, _ -> {}, _ -> {});
    WorkerSegments none = new WorkerSegments(Segments.NONE, SegmentStore.NONE);
    return new TaskRunner(7, page, answers, output, LastWords.rehearsed(page), loaders, none);
  }

  private static Message.Run run(long delivery, ByteBuffer task) {
    return new Message.Run(delivery, 0, false, 1, 0, 0, 1, "task", Items.of(List.of(task)));
  }
}
