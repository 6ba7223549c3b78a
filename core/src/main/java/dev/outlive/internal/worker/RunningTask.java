package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.task.TaskContext;
import org.jspecify.annotations.Nullable;

/** The context of one item while it runs. */
final class RunningTask extends TaskContext {
  /** Instead of a worker's number: it is rehearsed, and what really runs meanwhile is another. */
  static final int REHEARSED = -1;

  private final Message.Run run;
  private final int item;
  private final int worker;
  private final WorkerPage page;
  private final Steps steps;
  private volatile boolean told;

  RunningTask(Message.Run run, int item, int worker, WorkerPage page, Steps steps) {
    this.run = run;
    this.item = item;
    this.worker = worker;
    this.page = page;
    this.steps = steps;
  }

  void enter() {
    becomeCurrent(this);
  }

  private void becomeCurrent(@Nullable TaskContext context) {
    if (worker != REHEARSED) {
      enter(context);
    }
  }

  /** What it told of its progress ends with it. */
  void exit() {
    forgetProgress();
    becomeCurrent(null);
  }

  void forgetProgress() {
    if (told) {
      page.progress(0, 0);
    }
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
    told = true;
    page.progress(done, total);
  }

  @Override
  public boolean isCancelled() {
    return steps.revoked();
  }
}
