package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;

/** Another subject, with something changed: by what {@link #altered} returns, or an override. */
class ForwardingSubject implements Subject {
  private final Subject subject;

  ForwardingSubject(Subject subject) {
    this.subject = subject;
  }

  /** Returns what the caller gets instead of a task's future. */
  <T> CompletableFuture<T> altered(CompletableFuture<T> future) {
    return future;
  }

  @Override
  public <T> CompletableFuture<T> submit(Task<T> task) {
    return altered(subject.submit(task));
  }

  @Override
  public <T> CompletableFuture<T> submit(Task<T> task, Duration limit) {
    return altered(subject.submit(task, limit));
  }

  @Override
  public <T> CompletableFuture<T> submit(
      Task<T> task, BiConsumer<? super T, ? super Throwable> callback) {
    return altered(subject.submit(task, callback));
  }

  @Override
  public Lock lock() {
    return subject.lock();
  }

  @Override
  public String takeLock(Duration limit) throws InterruptedException {
    return subject.takeLock(limit);
  }

  @Override
  public List<String> child() {
    return subject.child();
  }

  @Override
  public void close() {
    subject.close();
  }
}
