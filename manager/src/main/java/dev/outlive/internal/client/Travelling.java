package dev.outlive.internal.client;

import java.io.Serializable;

/** Whatever stands for an object of a server, and travels as a {@link Ref}. */
public interface Travelling extends Serializable {
  /** Returns the reference that is written in its place. */
  Object writeReplace();
}
