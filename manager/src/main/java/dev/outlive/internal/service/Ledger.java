package dev.outlive.internal.service;

/** Knows what each client has taken and not given back. */
public interface Ledger {
  /**
   * A client is dead: what it has is given back. Told a second time once the last of its calls has
   * ended, which may have taken something meanwhile.
   */
  void died(Object client);
}
