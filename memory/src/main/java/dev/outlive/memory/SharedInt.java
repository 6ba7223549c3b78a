package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * An {@code int} that processes share; what {@link java.util.concurrent.atomic.AtomicInteger} is
 * between threads.
 *
 * <p>All access is volatile but where the name says plain: what one process writes the others see,
 * with all it wrote before. What changes the value depending on what it was is atomic, and
 * lock-free on x86-64 and arm64. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedInt extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle VALUE = JAVA_INT.varHandle();

  private final transient MemorySegment data;

  SharedInt(Segment segment) {
    super(segment);
    this.data = segment.data();
  }

  /**
   * Makes one.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedInt create(int initial) {
    SharedInt made =
        (SharedInt)
            SegmentTable.create(SegmentType.INT, SegmentType.INT.bytes(1), Optional.empty()).face();
    made.set(initial);
    return made;
  }

  /** Makes one that is {@code 0}. */
  public static SharedInt create() {
    return create(0);
  }

  /** Returns the value, as volatile read. */
  public int get() {
    try {
      return (int) VALUE.getVolatile(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value, as volatile write. */
  public void set(int value) {
    try {
      VALUE.setVolatile(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns the value as this thread sees it: it may never see what others write. */
  public int getPlain() {
    try {
      return (int) VALUE.get(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value; others see it at some time. */
  public void setPlain(int value) {
    try {
      VALUE.set(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value and returns the one before. */
  public int getAndSet(int value) {
    try {
      return (int) VALUE.getAndSet(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value if it is the expected one; returns whether it was. */
  public boolean compareAndSet(int expected, int value) {
    try {
      return VALUE.compareAndSet(data, 0L, expected, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds and returns the value before. It wraps around. */
  public int getAndAdd(int delta) {
    try {
      return (int) VALUE.getAndAdd(data, 0L, delta);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds and returns the sum. It wraps around. */
  public int addAndGet(int delta) {
    return getAndAdd(delta) + delta;
  }

  /** Adds one and returns the sum. */
  public int incrementAndGet() {
    return addAndGet(1);
  }

  /** Adds one and returns the value before. */
  public int getAndIncrement() {
    return getAndAdd(1);
  }

  /** Subtracts one and returns the difference. */
  public int decrementAndGet() {
    return addAndGet(-1);
  }

  /** Subtracts one and returns the value before. */
  public int getAndDecrement() {
    return getAndAdd(-1);
  }

  /**
   * Sets what the function makes of the value, and returns that; it may be called several times.
   */
  public int updateAndGet(IntUnaryOperator function) {
    while (true) {
      int before = get();
      int after = function.applyAsInt(before);
      if (compareAndSet(before, after)) {
        return after;
      }
    }
  }

  /** As {@link #updateAndGet}, but returns the value before. */
  public int getAndUpdate(IntUnaryOperator function) {
    while (true) {
      int before = get();
      if (compareAndSet(before, function.applyAsInt(before))) {
        return before;
      }
    }
  }

  /** Sets what the function makes of the value and another one, and returns that. */
  public int accumulateAndGet(int other, IntBinaryOperator function) {
    return updateAndGet(before -> function.applyAsInt(before, other));
  }

  /** As {@link #accumulateAndGet}, but returns the value before. */
  public int getAndAccumulate(int other, IntBinaryOperator function) {
    return getAndUpdate(before -> function.applyAsInt(before, other));
  }

  /** Returns the value, or that it is closed. */
  @Override
  public String toString() {
    return isClosed() ? mapped() + " (closed)" : Integer.toString(get());
  }
}
