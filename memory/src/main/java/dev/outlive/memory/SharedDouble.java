package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A {@code double} that processes share.
 *
 * <p>All access is volatile but where the name says plain: what one process writes the others see,
 * with all it wrote before. What changes the value depending on what it was is atomic, and
 * lock-free on x86-64 and arm64. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedDouble extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle VALUE = JAVA_DOUBLE.varHandle();

  private final transient MemorySegment data;

  SharedDouble(Segment segment) {
    super(segment);
    this.data = segment.data();
  }

  /**
   * Makes one.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedDouble create(double initial) {
    SharedDouble made =
        (SharedDouble)
            SegmentTable.create(SegmentType.DOUBLE, SegmentType.DOUBLE.bytes(1), Optional.empty())
                .face();
    made.set(initial);
    return made;
  }

  /** Makes one that is {@code 0.0}. */
  public static SharedDouble create() {
    return create(0.0);
  }

  /** Returns the value, as volatile read. */
  public double get() {
    try {
      return (double) VALUE.getVolatile(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value, as volatile write. */
  public void set(double value) {
    try {
      VALUE.setVolatile(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns the value as this thread sees it: it may never see what others write. */
  public double getPlain() {
    try {
      return (double) VALUE.get(data, 0L);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value; others see it at some time. */
  public void setPlain(double value) {
    try {
      VALUE.set(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value and returns the one before. */
  public double getAndSet(double value) {
    try {
      return (double) VALUE.getAndSet(data, 0L, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets the value if it is the expected one (compared bit by bit, so NaN equals itself and 0.0 is
   * not -0.0); returns whether it was.
   */
  public boolean compareAndSet(double expected, double value) {
    try {
      return VALUE.compareAndSet(data, 0L, expected, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds and returns the value before. The order of additions decides how they round. */
  public double getAndAdd(double delta) {
    while (true) {
      double before = get();
      if (compareAndSet(before, before + delta)) {
        return before;
      }
    }
  }

  /** Adds and returns the sum. */
  public double addAndGet(double delta) {
    return getAndAdd(delta) + delta;
  }

  /**
   * Sets what the function makes of the value, and returns that; it may be called several times.
   */
  public double updateAndGet(DoubleUnaryOperator function) {
    while (true) {
      double before = get();
      double after = function.applyAsDouble(before);
      if (compareAndSet(before, after)) {
        return after;
      }
    }
  }

  /** As {@link #updateAndGet}, but returns the value before. */
  public double getAndUpdate(DoubleUnaryOperator function) {
    while (true) {
      double before = get();
      if (compareAndSet(before, function.applyAsDouble(before))) {
        return before;
      }
    }
  }

  /** Sets what the function makes of the value and another one, and returns that. */
  public double accumulateAndGet(double other, DoubleBinaryOperator function) {
    return updateAndGet(before -> function.applyAsDouble(before, other));
  }

  /** As {@link #accumulateAndGet}, but returns the value before. */
  public double getAndAccumulate(double other, DoubleBinaryOperator function) {
    return getAndUpdate(before -> function.applyAsDouble(before, other));
  }

  /** Returns the value, or that it is closed. */
  @Override
  public String toString() {
    return isClosed() ? mapped() + " (closed)" : Double.toString(get());
  }
}
