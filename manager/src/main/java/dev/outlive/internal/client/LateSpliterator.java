package dev.outlive.internal.client;

import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Goes over what a collection holds when it is used first, all of it with one call. */
final class LateSpliterator<E extends @Nullable Object> implements Spliterator<E> {
  private final Supplier<@Nullable Object[]> elements;
  private final int characteristics;
  private @Nullable Spliterator<E> bound;

  LateSpliterator(Supplier<@Nullable Object[]> elements, int characteristics) {
    this.elements = elements;
    this.characteristics = characteristics;
  }

  private Spliterator<E> bound() {
    Spliterator<E> now = bound;
    if (now == null) {
      now = Spliterators.spliterator(elements.get(), characteristics);
      bound = now;
    }
    return now;
  }

  @Override
  public boolean tryAdvance(Consumer<? super E> action) {
    return bound().tryAdvance(action);
  }

  @Override
  public void forEachRemaining(Consumer<? super E> action) {
    bound().forEachRemaining(action);
  }

  @Override
  public @Nullable Spliterator<E> trySplit() {
    return bound().trySplit();
  }

  @Override
  public long estimateSize() {
    return bound().estimateSize();
  }

  @Override
  public int characteristics() {
    return characteristics | SIZED | SUBSIZED;
  }
}
