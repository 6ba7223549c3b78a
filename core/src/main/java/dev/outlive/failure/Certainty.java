package dev.outlive.failure;

/** How sure a {@link Diagnosis} is of its cause. */
public enum Certainty {
  /** The evidence allows no other cause. */
  PROVEN,
  /** The evidence fits this cause best, and others are possible. */
  LIKELY,
  /** There is too little evidence to choose. */
  UNKNOWN
}
