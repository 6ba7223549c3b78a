package dev.outlive.internal.pool;

import dev.outlive.monitor.OutputMode;
import dev.outlive.monitor.OutputSink;
import org.jspecify.annotations.Nullable;

/** What becomes of that which a pool's tasks print. Safe for use by many threads. */
public final class PoolOutput {
  private final boolean kept;
  private final @Nullable SinkFeed feed;

  private PoolOutput(boolean kept, @Nullable SinkFeed feed) {
    this.kept = kept;
    this.feed = feed;
  }

  /** Creates the output of a pool with a mode. */
  public static PoolOutput of(String pool, OutputMode mode) {
    return switch (mode) {
      case FORWARD -> to(pool, new ForwardSink(pool));
      case CAPTURE -> new PoolOutput(true, null);
      case DISCARD -> new PoolOutput(false, null);
    };
  }

  /** Creates the output of a pool with a sink. */
  public static PoolOutput to(String pool, OutputSink sink) {
    return new PoolOutput(true, new SinkFeed(pool, sink));
  }

  WorkerOutput ofWorker(int number) {
    return new WorkerOutput(number, kept, feed);
  }

  /** Gives out what waits, for no longer than given. */
  void close(long millis) {
    if (feed != null) {
      feed.close(millis);
    }
  }
}
