package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.ResultFilter;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.util.List;

/**
 * What may be decoded from the other side of a connection: where it may send functions, every
 * class, since it could run any code anyway; elsewhere values and collections of the JDK,
 * exceptions, references to managed objects, and what is allowed by name.
 */
public final class Filters {
  private static final long DEEPEST = 10_000;

  private final boolean trusted;
  private final List<String> patterns;

  /**
   * Creates the filters of one connection.
   *
   * @param trusted whether every class may come
   * @param patterns what may come otherwise, in the syntax of {@link ObjectInputFilter.Config}
   */
  public Filters(boolean trusted, List<String> patterns) {
    this.trusted = trusted;
    this.patterns = patterns;
  }

  /**
   * Returns the filter for one value.
   *
   * @param encodedBytes how many bytes it has: no array in it can have more elements
   */
  public ObjectInputFilter forBytes(long encodedBytes) {
    return trusted
        ? info -> bounded(info, encodedBytes)
        : new ResultFilter(Filters.class, patterns, Long.MAX_VALUE, encodedBytes);
  }

  /** Collections ask for the table that they will allocate, up to eight places for an element. */
  private static Status bounded(ObjectInputFilter.FilterInfo info, long encodedBytes) {
    return info.depth() > DEEPEST || info.arrayLength() > 8 * encodedBytes + 1_024
        ? Status.REJECTED
        : Status.UNDECIDED;
  }
}
