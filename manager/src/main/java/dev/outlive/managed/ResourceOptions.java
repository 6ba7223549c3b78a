package dev.outlive.managed;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ResourcePool} treats its things. Immutable; each {@code with…} returns a changed
 * copy.
 *
 * @param <T> the things
 * @param limit the most things at a time, 1 or more
 * @param whenBorrowerDies what happens to a thing whose borrower has died
 * @param healthCheck asked in the server before a thing is lent again; null: all are healthy
 * @param destroyer run in the server for a thing that is discarded, not healthy, or was with a
 *     borrower who died; not for what is left when the manager is closed; null: nothing
 */
public record ResourceOptions<T>(
    int limit,
    WhenBorrowerDies whenBorrowerDies,
    @Nullable Check<? super T> healthCheck,
    @Nullable Destroyer<? super T> destroyer)
    implements Serializable {

  /** What happens to a thing whose borrower has died. */
  public enum WhenBorrowerDies {
    /** It is given back, for the next to use (after its health check). */
    GIVE_BACK,
    /** It is destroyed, and another made when one is needed. */
    DESTROY
  }

  /**
   * A question about a thing, which travels to the server.
   *
   * @param <T> the things
   */
  @FunctionalInterface
  public interface Check<T> extends Predicate<T>, Serializable {}

  /**
   * What ends a thing; it travels to the server.
   *
   * @param <T> the things
   */
  @FunctionalInterface
  public interface Destroyer<T> extends Consumer<T>, Serializable {}

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the limit is below 1
   */
  public ResourceOptions {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, limit=" + limit);
    }
    Objects.requireNonNull(whenBorrowerDies, "whenBorrowerDies");
  }

  /** Returns the defaults: no limit, given back, no check, nothing to destroy. */
  public static <T> ResourceOptions<T> defaults() {
    return new ResourceOptions<>(Integer.MAX_VALUE, WhenBorrowerDies.GIVE_BACK, null, null);
  }

  /** Returns a copy with the most things at a time, 1 or more. */
  public ResourceOptions<T> withLimit(int things) {
    return new ResourceOptions<>(things, whenBorrowerDies, healthCheck, destroyer);
  }

  /** Returns a copy with what happens to a thing whose borrower has died. */
  public ResourceOptions<T> whenBorrowerDies(WhenBorrowerDies what) {
    return new ResourceOptions<>(limit, what, healthCheck, destroyer);
  }

  /** Returns a copy with what is asked in the server before a thing is lent again. */
  public ResourceOptions<T> withHealthCheck(Check<? super T> check) {
    return new ResourceOptions<>(limit, whenBorrowerDies, check, destroyer);
  }

  /** Returns a copy with what is run in the server for a thing that is discarded or replaced. */
  public ResourceOptions<T> withDestroyer(Destroyer<? super T> ends) {
    return new ResourceOptions<>(limit, whenBorrowerDies, healthCheck, ends);
  }
}
