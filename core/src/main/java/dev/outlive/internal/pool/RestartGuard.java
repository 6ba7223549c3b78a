package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import dev.outlive.policy.Backoff;
import dev.outlive.policy.RestartLimit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Counts early deaths within a sliding period and spaces the launches while they go on; a worker
 * that comes to work starts the count anew. Source: the restart intensity of Erlang's supervisor.
 */
final class RestartGuard {
  private static final Backoff RELAUNCH =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));
  private static final int FIRST_CAUSES = 10;

  private record EarlyDeath(long at, Diagnosis diagnosis) {}

  private final RestartLimit limit;
  private final Deque<EarlyDeath> deaths = new ArrayDeque<>();
  private int inARow;
  private long launchNotBefore = Long.MIN_VALUE;

  RestartGuard(RestartLimit limit) {
    this.limit = limit;
  }

  /** A worker has come to work, for the first time: starts do succeed. */
  void proven() {
    inARow = 0;
    deaths.clear();
  }

  /** Counts an early death; returns whether there are now too many. */
  boolean diedEarly(Diagnosis diagnosis, long now, double jitter) {
    inARow++;
    launchNotBefore = now + RELAUNCH.delayNanos(inARow, jitter);
    deaths.addLast(new EarlyDeath(now, diagnosis));
    long period = limit.period().toNanos();
    while (now - deaths.getFirst().at() > period) {
      deaths.removeFirst();
    }
    return deaths.size() >= limit.deaths();
  }

  List<Diagnosis> firstCauses() {
    return deaths.stream().limit(FIRST_CAUSES).map(EarlyDeath::diagnosis).toList();
  }

  boolean mayLaunch(long now) {
    return now >= launchNotBefore;
  }

  long launchNotBefore() {
    return launchNotBefore;
  }
}
