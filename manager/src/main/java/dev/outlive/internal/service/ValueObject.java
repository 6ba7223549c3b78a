package dev.outlive.internal.service;

import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.Update;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value in the server. Safe for use by many threads. */
public final class ValueObject implements ManagedValue<@Nullable Object> {
  private @Nullable Object value;

  /** Creates one. */
  public ValueObject(@Nullable Object value) {
    this.value = value;
  }

  @Override
  public synchronized @Nullable Object get() {
    return value;
  }

  @Override
  public synchronized void set(@Nullable Object newValue) {
    value = newValue;
  }

  @Override
  public synchronized @Nullable Object getAndSet(@Nullable Object newValue) {
    Object before = value;
    value = newValue;
    return before;
  }

  @Override
  public synchronized boolean compareAndSet(@Nullable Object expected, @Nullable Object newValue) {
    boolean equal = Objects.equals(value, expected);
    if (equal) {
      value = newValue;
    }
    return equal;
  }

  @Override
  public synchronized @Nullable Object update(Update<@Nullable Object> update) {
    value = update.apply(value);
    return value;
  }
}
