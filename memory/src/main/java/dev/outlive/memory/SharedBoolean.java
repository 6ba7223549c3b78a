package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * A {@code boolean} that processes share; what {@link java.util.concurrent.atomic.AtomicBoolean} is
 * between threads.
 *
 * <p>All access is volatile but where the name says plain: what one process writes the others see,
 * with all it wrote before. What changes the value depending on what it was is atomic, and
 * lock-free on x86-64 and arm64. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedBoolean extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle VALUE = JAVA_INT.varHandle();

  private final transient MemorySegment data;

  SharedBoolean(Segment segment) {
    super(segment);
    this.data = segment.data();
  }

  /**
   * Makes one.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedBoolean create(boolean initial) {
    SharedBoolean made =
        (SharedBoolean)
            SegmentTable.create(SegmentType.BOOLEAN, SegmentType.BOOLEAN.bytes(1), Optional.empty())
                .face();
    made.set(initial);
    return made;
  }

  /** Makes one that is {@code false}. */
  public static SharedBoolean create() {
    return create(false);
  }

  /** Returns the value, as volatile read. */
  public boolean get() {
    try {
      return ((int) VALUE.getVolatile(data, 0L)) != 0;
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value, as volatile write. */
  public void set(boolean value) {
    try {
      VALUE.setVolatile(data, 0L, toInt(value));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns the value as this thread sees it: it may never see what others write. */
  public boolean getPlain() {
    try {
      return ((int) VALUE.get(data, 0L)) != 0;
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value; others see it at some time. */
  public void setPlain(boolean value) {
    try {
      VALUE.set(data, 0L, toInt(value));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value and returns the one before. */
  public boolean getAndSet(boolean value) {
    try {
      return ((int) VALUE.getAndSet(data, 0L, toInt(value))) != 0;
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Sets the value if it is the expected one; returns whether it was. */
  public boolean compareAndSet(boolean expected, boolean value) {
    try {
      return VALUE.compareAndSet(data, 0L, toInt(expected), toInt(value));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns the value, or that it is closed. */
  @Override
  public String toString() {
    return isClosed() ? mapped() + " (closed)" : Boolean.toString(get());
  }

  private static int toInt(boolean value) {
    return value ? 1 : 0;
  }
}
