package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Message;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The questions for classes and resources that are open at the pool. Asked on any thread of a task,
 * answered on the link's.
 *
 * <p>Whoever asks waits, with a bound. An interrupt does not end the wait: a class that cannot be
 * loaded stays so for whoever referred to it, and the next task would meet that. A task that must
 * end is killed with its worker.
 */
final class ClassRequests {
  /** The most questions that are open; others wait for their turn. */
  static final int MOST_OPEN = 64;

  private final AnswerLink link;
  private final long limitMillis;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Question> open = new ConcurrentHashMap<>();
  private final Semaphore turns = new Semaphore(MOST_OPEN);

  /**
   * Creates one.
   *
   * @param limitMillis how long an answer may take; longer than the pool itself waits for it
   */
  ClassRequests(AnswerLink link, long limitMillis) {
    this.link = link;
    this.limitMillis = limitMillis;
  }

  private static final class Question {
    final CountDownLatch answered = new CountDownLatch(1);
    volatile Message.@Nullable ToWorker answer;
  }

  /** The pool has answered. Called on the link's thread. */
  void answer(long request, Message.ToWorker answer) {
    Question question = open.get(request);
    if (question != null) {
      question.answer = answer;
      question.answered.countDown();
    }
  }

  /** Returns the pool's answer; null if there is none in time. */
  Message.@Nullable ToWorker ask(LongFunction<Message.ToPool> question) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return askUntil(until, question);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Message.@Nullable ToWorker askUntil(long until, LongFunction<Message.ToPool> question)
      throws InterruptedException {
    if (!turns.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return null;
    }
    long number = last.incrementAndGet();
    Question asked = new Question();
    open.put(number, asked);
    try {
      link.send(question.apply(number));
      asked.answered.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      return asked.answer;
    } finally {
      open.remove(number);
      turns.release();
    }
  }
}
