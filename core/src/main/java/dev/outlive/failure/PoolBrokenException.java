package dev.outlive.failure;

import java.util.ArrayList;
import java.util.List;

/**
 * The pool gave up: its workers died, again and again, before they had begun any task. The first
 * causes are attached; the usual one is a worker that cannot start.
 */
public final class PoolBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ArrayList<Diagnosis> causes;

  /** Creates one with the deaths that were counted, the first ones first. */
  public PoolBrokenException(String message, List<Diagnosis> causes) {
    super(message);
    this.causes = new ArrayList<>(causes);
  }

  /** Returns the deaths that broke the pool, the first ones first; at most ten. */
  public List<Diagnosis> causes() {
    return List.copyOf(causes);
  }
}
