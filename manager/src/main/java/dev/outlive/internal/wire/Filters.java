package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.ResultFilter;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be decoded from the other side of a connection: where it may send functions, every
 * class, since it could run any code anyway; elsewhere values and collections of the JDK,
 * exceptions, references to managed objects, and what is allowed by name.
 */
public final class Filters {
  private static final long DEEPEST = 10_000;
  private static final String SETTING = "the manager's builder: .allowTypes";

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
   * Returns the value that bytes stand for.
   *
   * @throws IOException if they are damaged or refused; the message says how to allow them
   * @throws ClassNotFoundException if a class is missing here
   */
  public @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException {
    long length = bytes.remaining();
    if (trusted) {
      return ValueCodec.decode(bytes, info -> bounded(info, length));
    }
    ResultFilter filter = ResultFilter.ofValues(patterns, length, SETTING);
    try {
      return ValueCodec.decode(bytes, filter);
    } catch (InvalidClassException e) {
      String refusal = filter.refusal();
      throw refusal == null ? e : new InvalidClassException("it " + refusal);
    }
  }

  /** Collections ask for the table that they will allocate, up to eight places for an element. */
  private static Status bounded(ObjectInputFilter.FilterInfo info, long encodedBytes) {
    return info.depth() > DEEPEST || info.arrayLength() > 8 * encodedBytes + 1_024
        ? Status.REJECTED
        : Status.UNDECIDED;
  }
}
