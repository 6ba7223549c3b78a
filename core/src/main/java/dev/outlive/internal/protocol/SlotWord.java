package dev.outlive.internal.protocol;

/**
 * One word of the page: which delivery a slot holds, at which item, in which phase. It changes by
 * compare-and-set alone, so that a worker that publishes and a pool that revokes cannot both win.
 *
 * <pre>
 *   63                       20 19              4 3      0
 *   |   delivery (44 bits)     |  item (16 bits) | phase |
 *
 *   EMPTY --pool--> OFFERED --worker--> DECODING -> RUNNING -> ENCODING -> PUBLISHING -+-> DONE
 *                      |                   ^ |         |          |                     |
 *                      |                   +-----------------------------next item------+
 *                      +------pool------> REVOKED <----+----------+
 *                                        CONDEMNED <---+----------+
 * </pre>
 */
public final class SlotWord {
  /** The phases of a slot, in the order in which a delivery goes through them. */
  public enum Phase {
    /** No delivery was ever offered. */
    EMPTY(0),
    /** The worker has not come to it. */
    OFFERED(1),
    /** The worker turns bytes into values: code of the user's classes may run. */
    DECODING(2),
    /** The task runs. */
    RUNNING(3),
    /** The worker turns the result into bytes. */
    ENCODING(4),
    /** The worker writes the result to the link; the pool can no longer take it back. */
    PUBLISHING(5),
    /** All items were published. */
    DONE(6),
    /** The pool took it back: nothing of this item, or of those after it, will be published. */
    REVOKED(7),
    /** As REVOKED, for being late: the pool kills the worker, which begins nothing more. */
    CONDEMNED(8);

    private final int code;

    Phase(int code) {
      this.code = code;
    }
  }

  /** The most items of one delivery. */
  public static final int MOST_ITEMS = 1 << 16;

  private static final int PHASE_BITS = 4;
  private static final int ITEM_BITS = 16;
  private static final Phase[] PHASES = Phase.values();

  private SlotWord() {}

  /** Returns the word for a delivery, the item's place in it, and a phase. */
  public static long of(long delivery, int item, Phase phase) {
    return delivery << (ITEM_BITS + PHASE_BITS) | (long) item << PHASE_BITS | phase.code;
  }

  /** Returns the number of the delivery. */
  public static long delivery(long word) {
    return word >>> (ITEM_BITS + PHASE_BITS);
  }

  /** Returns the item's place in its delivery, from 0. */
  public static int item(long word) {
    return (int) (word >>> PHASE_BITS) & (MOST_ITEMS - 1);
  }

  /** Returns the phase; EMPTY for a word that no honest worker writes. */
  public static Phase phase(long word) {
    int code = (int) word & ((1 << PHASE_BITS) - 1);
    return code < PHASES.length ? PHASES[code] : Phase.EMPTY;
  }

  /** Returns whether the worker had begun with the item and its result is not yet on the way. */
  public static boolean running(long word) {
    return switch (phase(word)) {
      case DECODING, RUNNING, ENCODING -> true;
      case EMPTY, OFFERED, PUBLISHING, DONE, REVOKED, CONDEMNED -> false;
    };
  }
}
