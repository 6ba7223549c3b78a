package dev.outlive.cli;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to run over the inputs, and how. Immutable.
 *
 * @param method the method
 * @param classPath where workers find its class
 * @param workers how many at a time
 * @param limits what a worker and an attempt may take
 * @param policies what a failure means for the run
 * @param directory where workers run; null: here
 */
record Job(
    MethodName method,
    ClassPath classPath,
    int workers,
    Limits limits,
    Policies policies,
    @Nullable Path directory) {
  /** The pool takes names of 200 characters, and an input for show has at most 117. */
  private static final int MOST_OF_NAME = 76;

  /**
   * What a worker and an attempt may take.
   *
   * @param timeout for each attempt; null: no limit
   * @param retries how many attempts may follow a crash
   * @param maxHeap the Java heap of a worker; null: the JVM's choice
   */
  record Limits(@Nullable Duration timeout, int retries, @Nullable Bytes maxHeap) {}

  /**
   * What a failure means for the run: SKIP, it goes on; FAIL, it ends; ABORT, it ends in the
   * middle, with a status of its own.
   *
   * @param onCrash for an input whose worker died
   * @param onException for one on which the method threw
   * @param onTimeout for one on which it ran too long
   */
  record Policies(FailurePolicy onCrash, FailurePolicy onException, FailurePolicy onTimeout) {
    static final Policies GO_ON =
        new Policies(FailurePolicy.SKIP, FailurePolicy.SKIP, FailurePolicy.SKIP);

    FailurePolicy after(Failure failure) {
      return switch (failure.kind()) {
        case CRASH -> onCrash;
        case EXCEPTION -> onException;
        case TIMEOUT -> onTimeout;
        case OURS -> FailurePolicy.SKIP;
      };
    }
  }

  /** Returns what a task is called in messages, crash reports and thread dumps. */
  String nameFor(String input) {
    String code = method.className() + "::" + method.name();
    return code.substring(Math.max(0, code.length() - MOST_OF_NAME))
        + " on "
        + Report.inputForShow(input);
  }

  /**
   * Opens a pool for it.
   *
   * @throws UsageException if a setting is out of range
   */
  ProcessPool open() {
    try {
      ProcessPoolBuilder builder =
          ProcessPool.builder()
              .name("outlive")
              .workers(workers)
              .submitStacks(false)
              .classPath(
                  classPath.after(ClassPath.homeOf(Job.class)).entries().toArray(Path[]::new));
      if (limits.timeout() != null) {
        builder.timeout(limits.timeout());
      }
      if (limits.maxHeap() != null) {
        builder.maxHeap(limits.maxHeap());
      }
      if (limits.retries() > 0) {
        builder.retry(RetryPolicy.onCrash().attempts(limits.retries() + 1));
      }
      if (directory != null) {
        builder.workingDirectory(directory);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }
}
