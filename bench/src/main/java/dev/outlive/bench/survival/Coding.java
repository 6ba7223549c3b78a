package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import dev.outlive.testkit.Crash;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Scenarios in which what a task returns or throws does harm. */
final class Coding {
  private static final int CALLBACKS = 8;

  private Coding() {}

  private static Observations told(Subject subject, Task<?> task) throws InterruptedException {
    long start = System.nanoTime();
    return News.of(subject.submit(task), start).observed().with(Deaths.next(subject));
  }

  static Observations exception(Subject subject) throws InterruptedException {
    return told(
        subject,
        () -> {
          throw Crash.undecodableException("the task's own message");
        });
  }

  /** Can be encoded, but nowhere be decoded again. */
  private static final class Unreadable implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
      throw new InvalidObjectException("cannot be decoded, on purpose");
    }
  }

  static Observations undecodable(Subject subject) throws InterruptedException {
    return told(subject, Unreadable::new);
  }

  static Observations unencodable(Subject subject) throws InterruptedException {
    return told(subject, Object::new);
  }

  static Observations callback(Subject subject) throws InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<Integer> first =
        subject.submit(
            () -> 0,
            (result, failure) -> {
              throw new IllegalStateException("thrown by a callback, on purpose");
            });
    News news = News.of(first, start);
    CountDownLatch missing = new CountDownLatch(CALLBACKS);
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int i = 0; i < CALLBACKS; i++) {
      int number = i;
      others.add(subject.submit(() -> number, (result, failure) -> missing.countDown()));
    }
    int answered = 0;
    for (CompletableFuture<Integer> other : others) {
      answered += News.of(other, start).isResult() ? 1 : 0;
    }
    boolean _ = missing.await(News.LIMIT.toSeconds(), TimeUnit.SECONDS);
    return news.observed()
        .with("asked", CALLBACKS)
        .with("answered", answered)
        .with("called", CALLBACKS - missing.getCount());
  }
}
