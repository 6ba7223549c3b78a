package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * A {@code long} that processes share; what {@link java.util.concurrent.atomic.AtomicLong} is
 * between threads.
 *
 * {@snippet file="dev/outlive/memory/snippets/MemorySnippets.java" region="counter"}
 *
 * <p>All access is volatile but where the name says plain: what one process writes the others see,
 * with all it wrote before. What changes the value depending on what it was is atomic, and
 * lock-free on x86-64 and arm64. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedLong extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle VALUE = JAVA_LONG.varHandle();

  private final transient MemorySegment data;

  SharedLong(Segment segment) {
    super(segment);
    this.data = segment.data();
  }

  /**
   * Makes one.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedLong create(long initial) {
    SharedLong made =
        (SharedLong)
            SegmentTable.create(SegmentType.LONG, SegmentType.LONG.bytes(1), Optional.empty())
                .face();
    made.set(initial);
    return made;
  }

  /** Makes one that is {@code 0}. */
  public static SharedLong create() {
    return create(0);
  }

  /** Returns the value, as volatile read. */
  public long get() {
    try {
      return (long) VALUE.getVolatile(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value, as volatile write. */
  public void set(long value) {
    try {
      VALUE.setVolatile(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns the value as this thread sees it: it may never see what others write. */
  public long getPlain() {
    try {
      return (long) VALUE.get(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value; others see it at some time. */
  public void setPlain(long value) {
    try {
      VALUE.set(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value and returns the one before. */
  public long getAndSet(long value) {
    try {
      return (long) VALUE.getAndSet(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value if it is the expected one; returns whether it was. */
  public boolean compareAndSet(long expected, long value) {
    try {
      return VALUE.compareAndSet(data, 0L, expected, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds and returns the value before. It wraps around. */
  public long getAndAdd(long delta) {
    try {
      return (long) VALUE.getAndAdd(data, 0L, delta);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds and returns the sum. It wraps around. */
  public long addAndGet(long delta) {
    return getAndAdd(delta) + delta;
  }

  /** Adds one and returns the sum. */
  public long incrementAndGet() {
    return addAndGet(1);
  }

  /** Adds one and returns the value before. */
  public long getAndIncrement() {
    return getAndAdd(1);
  }

  /** Subtracts one and returns the difference. */
  public long decrementAndGet() {
    return addAndGet(-1);
  }

  /** Subtracts one and returns the value before. */
  public long getAndDecrement() {
    return getAndAdd(-1);
  }

  /**
   * Sets what the function makes of the value, and returns that; it may be called several times.
   */
  public long updateAndGet(LongUnaryOperator function) {
    while (true) {
      long before = get();
      long after = function.applyAsLong(before);
      if (compareAndSet(before, after)) {
        return after;
      }
    }
  }

  /** As {@link #updateAndGet}, but returns the value before. */
  public long getAndUpdate(LongUnaryOperator function) {
    while (true) {
      long before = get();
      if (compareAndSet(before, function.applyAsLong(before))) {
        return before;
      }
    }
  }

  /** Sets what the function makes of the value and another one, and returns that. */
  public long accumulateAndGet(long other, LongBinaryOperator function) {
    return updateAndGet(before -> function.applyAsLong(before, other));
  }

  /** As {@link #accumulateAndGet}, but returns the value before. */
  public long getAndAccumulate(long other, LongBinaryOperator function) {
    return getAndUpdate(before -> function.applyAsLong(before, other));
  }

  /** Returns the value, or that it is closed. */
  @Override
  public String toString() {
    return isClosed() ? mapped() + " (closed)" : Long.toString(get());
  }
}
