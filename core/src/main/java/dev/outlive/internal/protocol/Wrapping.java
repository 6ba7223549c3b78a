package dev.outlive.internal.protocol;

/** What Outlive puts around code of the user's that travels. */
public interface Wrapping {
  /** Returns the user's own. */
  Object wrapped();
}
