package dev.outlive.internal.service;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** The elements that a call names, to be asked which it holds. */
final class Membership {
  private static final int FEW = 8;

  private Membership() {}

  static Collection<@Nullable Object> of(@Nullable Object[] elements) {
    return elements.length <= FEW
        ? Arrays.asList(elements)
        : new HashSet<>(Arrays.asList(elements));
  }
}
