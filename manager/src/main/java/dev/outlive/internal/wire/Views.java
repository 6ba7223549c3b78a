package dev.outlive.internal.wire;

import java.util.Iterator;
import java.util.Map;
import java.util.stream.BaseStream;

/** Types whose methods return views of the object, which a proxy of any interface cannot offer. */
public final class Views {
  /** What to do instead. */
  public static final String CURE =
      "Its iterators and views cannot be proxied one method at a time: use the manager's own"
          + " list(), map(), set() or queue(), or an interface of your own around it";

  private Views() {}

  /** Returns whether a type has views. */
  public static boolean has(Class<?> type) {
    return Iterable.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Iterator.class.isAssignableFrom(type)
        || BaseStream.class.isAssignableFrom(type);
  }
}
