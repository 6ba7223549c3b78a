package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import dev.outlive.testkit.Crash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Scenarios in which a task has a limit of one second, and does not mind it. */
final class Timeouts {
  private static final Duration TASK_LIMIT = Duration.ofSeconds(1);
  private static final Duration NEWS_LIMIT = Duration.ofSeconds(5);
  private static final Duration END_LIMIT = Duration.ofSeconds(5);
  private static final int[] SIGNALS = {1, 2, 15};
  private static final int LONG_SECONDS = 600;

  private Timeouts() {}

  /** What tasks do instead of returning. */
  enum Deed {
    /** Runs in a loop. */
    LOOP,
    /** Has the kernel ignore SIGHUP, SIGINT and SIGTERM, and runs in a loop. */
    SIGNALS_IGNORED,
    /**
     * Is in native code, and holds up whatever the language's run time would do with its thread.
     */
    NATIVE;

    private void act() {
      switch (this) {
        case LOOP -> Crash.hang();
        case SIGNALS_IGNORED -> {
          for (int signal : SIGNALS) {
            Crash.ignoreSignal(signal);
          }
          Crash.hang();
        }
        case NATIVE -> Crash.sleepCritical(LONG_SECONDS);
      }
    }
  }

  static Observations of(Subject subject, Scene scene, Deed deed) throws InterruptedException {
    List<Long> _ = Deaths.workers(subject, scene);
    String sign = scene.file("running");
    Task<String> task =
        () -> {
          Scene.sign(sign);
          deed.act();
          return "returned";
        };
    CompletableFuture<String> future = subject.submit(task, TASK_LIMIT);
    long pid = Scene.await(sign);
    News news = News.of(future, System.nanoTime(), NEWS_LIMIT);
    boolean ended = Scene.within(END_LIMIT, () -> !Scene.isRunning(pid));
    return news.observed().with("ended", ended);
  }
}
