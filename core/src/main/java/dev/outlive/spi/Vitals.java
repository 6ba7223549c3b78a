package dev.outlive.spi;

import java.util.OptionalLong;

/**
 * What a backend has seen of a worker. Immutable.
 *
 * @param residentBytes what was resident of it when it was last looked at, as {@code
 *     memoryPerWorker} counts: with all that its task has started, without files and segments;
 *     empty if it never was
 * @param peakBytes the most of that since the time that was asked about; empty if it was not looked
 *     at since
 * @param progressDone how much its task says is done; 0 or more
 * @param progressTotal how much its task says there is to do; 0: not told
 */
public record Vitals(
    OptionalLong residentBytes, OptionalLong peakBytes, long progressDone, long progressTotal) {
  /** Of a worker that was never looked at. */
  public static final Vitals NONE = new Vitals(OptionalLong.empty(), OptionalLong.empty(), 0, 0);
}
