package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Pools with one defect each: what shows that a row's judge can fail. Most have a defect that one
 * of the peers has.
 */
final class Faults {
  private static final long LATE_MILLIS = 500;
  private static final long LATE_BY_FAR_MILLIS = 6_000;

  private Faults() {}

  /** Whoever waits for a task that failed waits for ever. */
  static Subject withheld(Subject subject) {
    return new ForwardingSubject(subject) {
      @Override
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        var _ = future.thenAccept(mine::complete);
        return mine;
      }
    };
  }

  /** A failure is told late. */
  static Subject late(Subject subject) {
    return late(subject, LATE_MILLIS);
  }

  /** A failure is told later than anybody waits. */
  static Subject lateByFar(Subject subject) {
    return late(subject, LATE_BY_FAR_MILLIS);
  }

  private static Subject late(Subject subject, long millis) {
    return new ForwardingSubject(subject) {
      @Override
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        return future.exceptionallyComposeAsync(
            CompletableFuture::failedFuture,
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
      }
    };
  }

  /** Once a task has failed, the next that has a result fails with it. */
  static Subject innocentLost(Subject subject) {
    AtomicReference<@Nullable Throwable> death = new AtomicReference<>(null);
    return new ForwardingSubject(subject) {
      @Override
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        return future.handle(
            (result, failure) -> {
              if (failure != null) {
                death.set(failure);
                throw new CompletionException(failure);
              }
              Throwable earlier = death.getAndSet(null);
              if (earlier != null) {
                throw new CompletionException(earlier);
              }
              return result;
            });
      }
    };
  }

  /** Once a task has failed, the pool takes no more. */
  static Subject broken(Subject subject) {
    AtomicReference<@Nullable Throwable> death = new AtomicReference<>(null);
    return new ForwardingSubject(subject) {
      @Override
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        Throwable earlier = death.get();
        if (earlier != null) {
          return CompletableFuture.failedFuture(new IllegalStateException("broken", earlier));
        }
        return future.whenComplete((result, failure) -> death.set(failure));
      }
    };
  }

  /** A failure is taken for that result. */
  static Subject takenForResult(Subject subject, Object result) {
    return new ForwardingSubject(subject) {
      @Override
      @SuppressWarnings("unchecked") // of the type that the row's task returns
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        return future.exceptionally(failure -> (T) result);
      }
    };
  }

  /** The fifth task is lost. */
  static Subject fifthLost(Subject subject) {
    AtomicInteger submitted = new AtomicInteger();
    return new ForwardingSubject(subject) {
      @Override
      <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
        return submitted.incrementAndGet() == 5 ? new CompletableFuture<>() : future;
      }
    };
  }

  /** Once a callback has thrown, no other is called. */
  static Subject callbacksEnd(Subject subject) {
    AtomicBoolean thrown = new AtomicBoolean();
    return new ForwardingSubject(subject) {
      @Override
      public <T> CompletableFuture<T> submit(
          Task<T> task, BiConsumer<? super T, ? super Throwable> callback) {
        return super.submit(
            task,
            (result, failure) -> {
              if (!thrown.get()) {
                thrown.set(true);
                callback.accept(result, failure);
                thrown.set(false);
              }
            });
      }
    };
  }

  /** What tasks start lives in a session of its own, where no kill of a group reaches it. */
  static Subject childOfItsOwn(Subject subject) {
    return new ForwardingSubject(subject) {
      @Override
      public List<String> child() {
        return List.of("setsid", "sleep", "600");
      }
    };
  }

  /** The pool has started a process that nobody ends. */
  static Subject survivor(Subject subject) {
    try {
      Process _ = new ProcessBuilder("setsid", "sleep", "600").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return subject;
  }

  /** Limits are not kept. */
  static Subject noLimit(Subject subject) {
    return new ForwardingSubject(subject) {
      @Override
      public <T> CompletableFuture<T> submit(Task<T> task, Duration limit) {
        return submit(task);
      }
    };
  }

  /** A limit ends the caller's wait, and not the task. */
  static Subject waitGivenUp(Subject subject) {
    return new ForwardingSubject(subject) {
      @Override
      public <T> CompletableFuture<T> submit(Task<T> task, Duration limit) {
        CompletableFuture<T> mine = submit(task).copy();
        return mine.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
      }
    };
  }

  /** The lock knows nothing of deaths. */
  static Subject lockStuck(Subject subject) {
    return new ForwardingSubject(subject) {
      @Override
      public String takeLock(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
          if (super.takeLock(Duration.ofNanos(end - System.nanoTime())).equals("got")) {
            return "got";
          }
        }
        return "stuck";
      }
    };
  }
}
