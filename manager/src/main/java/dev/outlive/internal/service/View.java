package dev.outlive.internal.service;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The view of a collection on its way: the reference to what it is a view of, and which part.
 *
 * @param of the proxy
 * @param part what the view shows
 * @param from where it begins, if it is a sublist
 * @param to where it ends
 */
public record View(Object of, Part part, int from, int to) implements Serializable {
  /** What a view shows. */
  public enum Part {
    ELEMENTS,
    KEYS,
    VALUES,
    ENTRIES
  }

  /** Creates one of all of it. */
  public View(Object of, Part part) {
    this(of, part, 0, 0);
  }

  @Serial
  private Object readResolve() {
    return switch (part) {
      case ELEMENTS -> ((List<?>) of).subList(from, to);
      case KEYS -> ((Map<?, ?>) of).keySet();
      case VALUES -> ((Map<?, ?>) of).values();
      case ENTRIES -> ((Map<?, ?>) of).entrySet();
    };
  }
}
