package dev.outlive.internal.protocol;

import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The types that exist to be shared between threads: atomics, locks, latches, blocking queues,
 * synchronized and concurrent collections. A task would get a copy of one, and what it does to that
 * is never seen where it came from.
 *
 * <p>Only what the JDK itself calls so: a user's own {@code ConcurrentMap} may well be a reference
 * that travels. {@code Vector}, {@code Hashtable}, {@code Properties} and {@code StringBuffer} are
 * not among them: they are synchronized since 1.0 whether anybody shares them or not, and are used
 * as plain values.
 */
final class SharedState {
  private static final String CONCURRENT = "java.util.concurrent";
  private static final String SYNCHRONIZED = "java.util.Collections$Synchronized";

  static final String CURE =
      "A task gets a copy of it, and what it changes there is never seen here. Return the value"
          + " from the task; or share it for real, with a SharedLong (dev.outlive.memory) or a"
          + " manager's proxy (dev.outlive.manager); or, if copies will do, add to the pool's"
          + " builder: .allowCopies(true)";

  private SharedState() {}

  /** Returns whether instances of this very class, as the JDK made it, are to be shared. */
  static boolean is(Class<?> type) {
    if (type.isArray() || type.getModule() != Object.class.getModule()) {
      return false;
    }
    if (type.getName().startsWith(SYNCHRONIZED)) {
      return true;
    }
    String home = type.getPackageName();
    boolean concurrent = home.equals(CONCURRENT) || home.startsWith(CONCURRENT + ".");
    return concurrent && !Enum.class.isAssignableFrom(type) && !value(type);
  }

  /** What lies beside them and is a value, or work to be done. */
  private static boolean value(Class<?> type) {
    return Throwable.class.isAssignableFrom(type)
        || ForkJoinTask.class.isAssignableFrom(type)
        || ThreadLocalRandom.class.isAssignableFrom(type)
        || type.getName().startsWith(ThreadLocalRandom.class.getName());
  }

  /**
   * Returns whether an object is one: by its own class, or one that the JDK made and it extends.
   */
  static boolean isOne(Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      if (is(type)) {
        return true;
      }
    }
    return false;
  }
}
