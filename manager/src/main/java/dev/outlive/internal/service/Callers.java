package dev.outlive.internal.service;

import org.jspecify.annotations.Nullable;

/** Where a thread keeps whose call it carries out. */
final class Callers {
  static final ThreadLocal<@Nullable Caller> CURRENT = new ThreadLocal<>();

  private Callers() {}
}
