package dev.outlive.internal.pool;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The event that {@link PoolState} is taking in: its time, and where its effects go. */
final class Turn {
  private long now;
  private Consumer<Effect> out = effect -> {};
  private final BooleanSupplier followed;
  private int answersToCome;

  /**
   * Creates one.
   *
   * @param followed whether anybody wants to know when items begin
   */
  Turn(BooleanSupplier followed) {
    this.followed = followed;
  }

  boolean followed() {
    return followed.getAsBoolean();
  }

  void begin(Event event, long nowNanos, Consumer<Effect> effects) {
    now = nowNanos;
    out = effects;
    answersToCome -= event instanceof Event.RevokeAnswered ? 1 : 0;
  }

  long now() {
    return now;
  }

  Consumer<Effect> out() {
    return this::emit;
  }

  void emit(Effect effect) {
    answersToCome += effect instanceof Effect.Revoke ? 1 : 0;
    out.accept(effect);
  }

  /** Whether nothing is on its way back from a worker: the answers are the next events. */
  boolean settled() {
    return answersToCome <= 0;
  }
}
