package dev.outlive.internal.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long the decoding of one result may take here: what its worker sent may run code of the
 * user's.
 *
 * @param least for any result
 * @param bytesPerSecond what a larger one may take beyond that
 */
public record DecodeLimit(Duration least, long bytesPerSecond) {
  /** 30 s, and a second for each 10 MiB. */
  public static final DecodeLimit USUAL = new DecodeLimit(Duration.ofSeconds(30), 10 << 20);

  long nanos(long bytes) {
    return least.toNanos() + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
  }
}
