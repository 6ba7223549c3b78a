package dev.outlive.spi;

import java.util.OptionalLong;

/**
 * What a backend has seen of a worker. Immutable.
 *
 * @param residentBytes how much of its memory was in RAM when it was last looked at; empty if it
 *     never was
 * @param peakBytes the most that it was seen to hold since the time that was asked about, counted
 *     as {@code memoryPerWorker} counts; empty if it was not looked at since
 * @param progressDone how much its task says is done; 0 or more
 * @param progressTotal how much its task says there is to do; 0: not told
 */
public record Vitals(
    OptionalLong residentBytes, OptionalLong peakBytes, long progressDone, long progressTotal) {
  /** Of a worker that was never looked at. */
  public static final Vitals NONE = new Vitals(OptionalLong.empty(), OptionalLong.empty(), 0, 0);
}
