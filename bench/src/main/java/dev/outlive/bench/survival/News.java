package dev.outlive.bench.survival;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the caller of a task has come to know, and how soon.
 *
 * @param kind {@code "failure"}, {@code "result"}, or {@code "none"} within the limit
 * @param millis since the injury
 * @param said the failure's own words, or the result
 */
record News(String kind, double millis, String said) {
  /** Whoever has heard nothing for that long is said to hang. */
  static final Duration LIMIT = Duration.ofSeconds(15);

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int LONGEST = 300;

  /** Waits for it: {@code since} is {@link System#nanoTime} at the injury. */
  static News of(CompletableFuture<?> future, long since, Duration limit)
      throws InterruptedException {
    String kind;
    Object said;
    try {
      said = future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      kind = "result";
    } catch (ExecutionException e) {
      said = String.valueOf(e.getCause());
      kind = "failure";
    } catch (TimeoutException e) {
      said = "nothing within " + limit.toSeconds() + " s";
      kind = "none";
    }
    double millis = (System.nanoTime() - since) / NANOS_PER_MILLI;
    String words = String.valueOf(said);
    return new News(kind, millis, words.substring(0, Math.min(LONGEST, words.length())));
  }

  static News of(CompletableFuture<?> future, long since) throws InterruptedException {
    return of(future, since, LIMIT);
  }

  boolean isFailure() {
    return kind.equals("failure");
  }

  boolean isResult() {
    return kind.equals("result");
  }

  /** Of the injured task itself. */
  Observations observed() {
    return Observations.none().with("news", kind).with("newsMillis", millis).with("newsSaid", said);
  }

  /** Of a task that came after the injury. */
  Observations next() {
    return Observations.none().with("next", kind).with("nextSaid", said);
  }
}
