package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.task.TaskContext;

/** The context of one item while it runs. */
final class RunningTask extends TaskContext {
  private final Message.Run run;
  private final int item;
  private final int worker;
  private final WorkerPage page;
  private final TaskRunner.Steps steps;

  RunningTask(Message.Run run, int item, int worker, WorkerPage page, TaskRunner.Steps steps) {
    this.run = run;
    this.item = item;
    this.worker = worker;
    this.page = page;
    this.steps = steps;
  }

  void enter() {
    page.progress(0, 0);
    enter(this);
  }

  void exit() {
    enter(null);
  }

  @Override
  public long task() {
    return run.task();
  }

  @Override
  public int index() {
    return item;
  }

  @Override
  public int attempt() {
    return run.attempt();
  }

  @Override
  public int worker() {
    return worker;
  }

  @Override
  public void progress(long done, long total) {
    if (done < 0 || total < 0) {
      throw new IllegalArgumentException(
          "progress must be 0 or more, done=" + done + " total=" + total);
    }
    page.progress(done, total);
  }

  @Override
  public boolean isCancelled() {
    return steps.revoked();
  }
}
