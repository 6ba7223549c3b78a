package dev.outlive.cli;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.monitor.PoolListener;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to run over the inputs, and how. Immutable.
 *
 * @param method the method
 * @param classPath where workers find its class
 * @param workers how many at a time
 * @param limits what a worker and an attempt may take
 * @param retries how often an input is tried again
 * @param policies what a failure means for the run
 * @param directory where workers run; null: here
 */
record Job(
    MethodName method,
    ClassPath classPath,
    int workers,
    Limits limits,
    Retries retries,
    Policies policies,
    @Nullable Path directory) {
  /** The pool takes names of 200 characters, and an input for show has at most 117. */
  private static final int MOST_OF_NAME = 76;

  /**
   * What a worker and an attempt may take.
   *
   * @param timeout for each attempt; null: no limit
   * @param maxHeap the Java heap of a worker; null: what fits into {@code memory}, or the JVM's
   *     choice
   * @param memory what a worker may hold, descendants included; null: no limit
   */
  record Limits(@Nullable Duration timeout, @Nullable Bytes maxHeap, @Nullable Bytes memory) {}

  /**
   * How often an input is tried again.
   *
   * @param onCrash how many attempts may follow a crash
   * @param onMemory how many attempts there are in all where one dies for want of memory; null:
   *     that is a crash like others
   */
  record Retries(int onCrash, @Nullable MemoryRetry onMemory) {
    static final Retries NONE = new Retries(0, null);

    /** The first that names a cause decides, so what is special comes first. */
    RetryPolicy[] policies(Limits limits) {
      List<RetryPolicy> all = new ArrayList<>();
      if (onMemory != null) {
        all.add(onMemory.policy(limits));
      }
      if (onCrash > 0) {
        all.add(RetryPolicy.onCrash().attempts(onCrash + 1));
      }
      return all.toArray(RetryPolicy[]::new);
    }
  }

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
    return beginningOfNames() + Report.inputForShow(input);
  }

  /** Returns what the names of all tasks begin with. */
  String beginningOfNames() {
    String code = method.className() + "::" + method.name();
    return code.substring(Math.max(0, code.length() - MOST_OF_NAME)) + " on ";
  }

  /**
   * Opens a pool for it.
   *
   * @param listener is told what happens in it
   * @throws UsageException if a setting is out of range
   */
  ProcessPool open(PoolListener listener) {
    try {
      ProcessPoolBuilder builder =
          ProcessPool.builder()
              .name("outlive")
              .workers(workers)
              .submitStacks(false)
              .listener(listener)
              .retry(retries.policies(limits))
              .classPath(
                  classPath.after(ClassPath.homeOf(Job.class)).entries().toArray(Path[]::new));
      if (limits.timeout() != null) {
        builder.timeout(limits.timeout());
      }
      if (limits.maxHeap() != null) {
        builder.maxHeap(limits.maxHeap());
      }
      if (limits.memory() != null) {
        builder.memoryPerWorker(limits.memory());
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
