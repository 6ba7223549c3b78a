package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Tries again what may go better the next time, and nothing else. */
public final class RetryByCause {
  public static void main(String[] args) {
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1)
            .retry(
                RetryPolicy.onException(IOException.class)
                    .attempts(4) // the first one included
                    .backoff(Duration.ofMillis(100), Duration.ofSeconds(5)),
                RetryPolicy.on(Cause.SIGKILL, Cause.KERNEL_OOM).attempts(2))
            .build()) {
      List<String> urls = List.of("busy host", "bad name", "killed once", "halts");
      pool.outcomes(RetryByCause::fetch, urls)
          .sorted(Comparator.comparingInt(Outcome::index))
          .forEach(end -> System.out.println(urls.get(end.index()) + ": " + inWords(end)));
    }
  }

  static String fetch(String url) throws Exception {
    int attempt = TaskContext.current().attempt();
    if (url.equals("busy host") && attempt < 3) {
      throw new IOException("busy");
    } else if (url.equals("bad name")) {
      throw new IllegalArgumentException("no such name");
    } else if (url.equals("killed once") && attempt == 1) {
      new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start().waitFor();
    } else if (url.equals("halts")) {
      Runtime.getRuntime().halt(9);
    }
    return "page";
  }

  static String inWords(Outcome<?> end) {
    return end.getClass().getSimpleName() + ", attempts=" + end.record().attempts();
  }
}
