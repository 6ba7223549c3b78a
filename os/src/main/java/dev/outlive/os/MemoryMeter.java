package dev.outlive.os;

import java.util.Optional;
import java.util.OptionalLong;

/** Measures the memory of one process and of its descendants. */
public final class MemoryMeter implements AutoCloseable {
  private final long pid;

  private MemoryMeter(long pid) {
    this.pid = pid;
  }

  /** Returns the meter of a process; where it is gone, and off Linux, each reading is empty. */
  public static MemoryMeter of(long pid) {
    return new MemoryMeter(pid);
  }

  /** Takes the precise reading; empty when the process is gone and off Linux. */
  public Optional<MemoryUse> read() {
    return ProcessVitals.read(pid)
        .map(
            vitals ->
                new MemoryUse(
                    vitals.residentBytes(), vitals.anonymousBytes(), vitals.sharedBytes(), 0, 1));
  }

  /** Returns a cheap estimate of {@link MemoryUse#countedBytes}. */
  public OptionalLong quick() {
    Optional<MemoryUse> use = read();
    return use.isPresent() ? OptionalLong.of(use.get().countedBytes()) : OptionalLong.empty();
  }

  /** Ends the readings: each is empty from now on. */
  @Override
  public void close() {}
}
