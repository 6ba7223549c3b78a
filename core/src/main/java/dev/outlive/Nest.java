package dev.outlive;

import dev.outlive.internal.protocol.Nesting;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place of a new pool among those that it lies in: whether it may be there, how many workers it
 * may have, and what its workers learn of it.
 *
 * <p>The outermost pool's share is its own {@code workers}, or this machine's processors if those
 * are more. Each worker gets its part of the share of its pool, and at least one: so a task that
 * waits for a pool of its own waits for somebody.
 */
final class Nest {
  static final int DEEPEST = 16;
  private static final int USUAL = 3;
  private static final String BUILT =
      " initialises or decodes that class, as it does to run a task: each worker would build one,"
          + " and never close it. Build it in a method, main for instance, and not in a static"
          + " field of a class whose code runs in tasks";

  private final String pool;
  private final Optional<Nesting> around;
  private final int limit;

  private Nest(String pool, Optional<Nesting> around, int limit) {
    this.pool = pool;
    this.around = around;
    this.limit = limit;
  }

  /**
   * Finds the place of a pool that is to be built on this thread.
   *
   * @param wanted its own limit; null: that of the pools around it
   * @throws IllegalStateException if no pool may be built here
   */
  static Nest here(String pool, @Nullable Integer wanted) {
    Nesting.unsettledClass(Nest.class, ProcessPoolBuilder.class)
        .ifPresent(type -> refuse(pool, "it is built by " + type + " while a worker" + BUILT));
    return of(pool, wanted, Nesting.here());
  }

  static Nest of(String pool, @Nullable Integer wanted, Optional<Nesting> around) {
    int inherited = around.map(Nesting::limit).orElse(wanted == null ? USUAL : wanted);
    int limit = wanted == null ? inherited : Math.min(wanted, inherited);
    int depth = around.map(Nesting::depth).orElse(0) + 1;
    if (depth > limit) {
      refuse(
          pool,
          "it would be number "
              + depth
              + " of pools within each other, and "
              + limit
              + (limit == 1 ? " is allowed" : " are allowed")
              + ". If no pool builds pools without end, set nesting("
              + depth
              + ") on the outermost pool's builder");
    }
    return new Nest(pool, around, limit);
  }

  private static void refuse(String pool, String why) {
    throw new IllegalStateException("pool \"" + pool + "\" cannot be built: " + why);
  }

  /**
   * Returns how many workers it may have.
   *
   * @param chosen whether the user has chosen the number: then it is told if it is lowered
   */
  int workers(int wanted, boolean chosen) {
    int share = around.map(Nesting::share).orElse(wanted);
    if (wanted > share && chosen) {
      System.getLogger(ProcessPool.class.getName())
          .log(
              Level.WARNING,
              "pool \"{0}\": it lies within a worker of another pool, whose share is {1} workers;"
                  + " so it has {1} instead of {2}",
              pool,
              share,
              wanted);
    }
    return Math.min(wanted, share);
  }

  /** A pool within another keeps none. */
  int spares(int wanted) {
    return around.isPresent() ? 0 : wanted;
  }

  /** Returns what its workers learn. */
  Nesting ofItsWorkers(int workers, int processors) {
    int share = around.map(Nesting::share).orElse(Math.max(workers, processors));
    int depth = around.map(Nesting::depth).orElse(0) + 1;
    return new Nesting(depth, limit, Math.max(1, share / workers));
  }
}
