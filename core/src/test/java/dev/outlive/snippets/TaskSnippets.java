package dev.outlive.snippets;

import dev.outlive.ProcessPool;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the Javadoc of the package {@code task} shows. */
final class TaskSnippets {
  private TaskSnippets() {}

  static CompletableFuture<Integer> tied(ProcessPool pool, String file) {
    // @start region="tied"
    TaskFuture<String> title = pool.submit(() -> Parser.title(file));
    CompletableFuture<Integer> length = title.thenApply(String::length);
    length.whenComplete((value, error) -> title.cancel(true)); // no effect once it is done
    // @end
    return length;
  }

  static void cancel(ProcessPool pool, List<String> files) {
    // @start region="cancel"
    TaskFuture<List<String>> titles = pool.mapAsync(file -> Parser.title(file), files);
    titles.cancel(true); // completed now; the workers are free, or dead, within the grace
    // @end
  }

  static String outcome(Outcome<String> outcome) {
    // @start region="outcome"
    String line =
        switch (outcome) {
          case Outcome.Success<String>(String title, _) -> title;
          case Outcome.Threw<String> threw -> "threw " + threw.error();
          case Outcome.Died<String> died -> died.diagnosis().summary();
          case Outcome.TimedOut<String> late -> "took over " + late.limit();
          case Outcome.Cancelled<String> unwanted -> "was not wanted any more";
        };
    // @end
    return line;
  }

  static TaskFuture<String> options(ProcessPool pool, String file) {
    // @start region="task-options"
    TaskOptions patient =
        TaskOptions.named("title").withTimeout(Duration.ofMinutes(5)).withPriority(-5);
    TaskFuture<String> title = pool.submit(() -> Parser.title(file), patient);
    // @end
    return title;
  }

  static List<String> options(ProcessPool pool, List<String> files) throws InterruptedException {
    // @start region="map-options"
    MapOptions options =
        MapOptions.named("titles")
            .withChunk(100) // travel together
            .withRetry(RetryPolicy.onCrash())
            .withOnCrash(FailurePolicy.SKIP);
    List<String> titles = pool.map(file -> Parser.title(file), files, options);
    // @end
    return titles;
  }

  // @start region="context"
  static List<String> titles(List<String> files) throws Exception {
    TaskContext context = TaskContext.current();
    List<String> titles = new ArrayList<>();
    while (titles.size() < files.size() && !context.isCancelled()) {
      titles.add(Parser.title(files.get(titles.size())));
      context.progress(titles.size(), files.size());
    }
    return titles;
  }
  // @end
}
