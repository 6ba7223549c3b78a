package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation: {@link PoolState} against a lying {@link World}, in virtual time, by seed. Runs
 * {@code -Doutlive.seeds} histories in each {@link Regime}, or replays {@code
 * -Doutlive.seed=REGIME:SEED} with its whole trace.
 */
class PoolStateSimulationTest {
  private static final String REPLAY = System.getProperty("outlive.seed", "").trim();
  private static final int SEEDS = Integer.getInteger("outlive.seeds", 2000);

  static Stream<Regime> regimes() {
    return REPLAY.isEmpty() ? Stream.of(Regime.values()) : Stream.of(replayed());
  }

  private static Regime replayed() {
    return Regime.valueOf(REPLAY.substring(0, REPLAY.indexOf(':')).toUpperCase(Locale.ROOT));
  }

  @ParameterizedTest
  @MethodSource("regimes")
  void everyItemEndsOnceAndAsItIsDue(Regime regime) {
    Census census = new Census();
    if (!REPLAY.isEmpty()) {
      long seed = Long.parseLong(REPLAY.substring(REPLAY.indexOf(':') + 1));
      World.play(regime, seed, Trace.to(System.out), census);
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      World.play(regime, seed, Trace.silent(), census);
    }
    if (SEEDS >= 1000) {
      assertThat(census.seen()).containsAll(regime.must());
    }
  }
}
