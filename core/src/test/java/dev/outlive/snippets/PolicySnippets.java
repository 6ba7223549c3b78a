package dev.outlive.snippets;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What the Javadoc of the packages {@code policy} and {@code monitor} shows. */
final class PolicySnippets {
  private PolicySnippets() {}

  static void retry() {
    // @start region="retry"
    ProcessPool pool =
        ProcessPool.builder()
            .retry(
                RetryPolicy.on(Cause.KERNEL_OOM, Cause.SIGKILL).attempts(2),
                RetryPolicy.onException(IOException.class)
                    .attempts(5)
                    .backoff(Duration.ofMillis(200), Duration.ofSeconds(10)))
            .build();
    // @end
    pool.close();
  }

  static void skip(List<String> files) throws InterruptedException {
    // @start region="skip"
    try (ProcessPool pool = ProcessPool.builder().onCrash(FailurePolicy.SKIP).build()) {
      List<String> titles = pool.map(file -> Parser.title(file), files);
      long lost = titles.stream().filter(title -> title == null).count();
      System.out.println(lost + " lost: " + pool.killedTasks());
    }
    // @end
  }

  static void listener() {
    // @start region="listener"
    ProcessPool pool =
        ProcessPool.builder()
            .listener(
                event -> {
                  switch (event) {
                    case PoolEvent.WorkerDied died -> System.err.println(died.diagnosis());
                    case PoolEvent.PoolBroken broken -> System.err.println(broken.causes());
                    default -> {} // more kinds will come
                  }
                })
            .build();
    // @end
    pool.close();
  }

  static void sink() {
    // @start region="sink"
    ProcessPool pool =
        ProcessPool.builder()
            .output(line -> System.err.println(line.worker() + " " + line.text()))
            .build();
    // @end
    pool.close();
  }
}
