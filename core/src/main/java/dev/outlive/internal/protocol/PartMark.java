package dev.outlive.internal.protocol;

import java.io.Serial;
import java.io.Serializable;

/** Stands in a stream for what travels beside it. */
final class PartMark implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  /** Which part it stands for, from 0. */
  final int part;

  PartMark(int part) {
    this.part = part;
  }
}
