package dev.outlive.snippets;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** What the Javadoc of {@code ProcessPool} and its builder shows. */
final class PoolSnippets {
  private PoolSnippets() {}

  static void first(List<String> files) throws InterruptedException {
    // @start region="first"
    try (ProcessPool pool = ProcessPool.builder().timeout(Duration.ofSeconds(30)).build()) {
      List<String> titles = pool.map(file -> Parser.title(file), files);
      System.out.println(titles);
    }
    // @end
  }

  static void builder() {
    // @start region="builder"
    ProcessPool pool =
        ProcessPool.builder()
            .name("inbox") // in ps, logs, threads and messages
            .workers(3)
            .maxHeap(Bytes.ofMebibytes(256)) // of each worker
            .timeout(Duration.ofSeconds(30)) // of each attempt
            .retry(RetryPolicy.onCrash().attempts(2))
            .onCrash(FailurePolicy.SKIP) // after the last attempt
            .initializer(() -> Parser.load()) // in each worker, before its first task
            .build();
    // @end
    pool.close();
  }

  static void submit(ProcessPool pool, String file) throws InterruptedException {
    // @start region="submit"
    TaskFuture<String> title = pool.submit(() -> Parser.title(file));
    try {
      System.out.println(title.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WorkerDiedException died) {
        System.out.println(died.diagnosis().summary()); // else it is what the task threw
      }
    }
    // @end
  }

  static void map(ProcessPool pool, List<String> files) throws InterruptedException {
    // @start region="map"
    try {
      List<Integer> lengths = pool.map(file -> Parser.title(file).length(), files);
      System.out.println(lengths);
    } catch (MapFailedException e) {
      System.out.println(files.get(e.index()) + " failed: " + e.getCause());
    }
    // @end
  }

  static void stream(ProcessPool pool, Stream<String> files) {
    // @start region="stream"
    try (Stream<String> titles = pool.stream(file -> Parser.title(file), files)) {
      titles.limit(10).forEach(System.out::println); // what was taken beyond is ended
    }
    // @end
  }

  static void outcomes(ProcessPool pool, List<String> files) {
    // @start region="outcomes"
    try (Stream<Outcome<String>> titles = pool.outcomes(file -> Parser.title(file), files)) {
      titles
          .filter(outcome -> !outcome.isSuccess())
          .forEach(failed -> System.out.println(files.get(failed.index()) + ": " + failed));
    }
    // @end
  }
}
