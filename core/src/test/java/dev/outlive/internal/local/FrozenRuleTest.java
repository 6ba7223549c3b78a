package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.local.FrozenRule.Sample;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule with 5 s of silence and a sample every second, from a table. */
final class FrozenRuleTest {
  private static final long SECOND = 1_000_000_000L;

  /**
   * One letter for each second: B beats; S stopped; I idle (no processor time); C silent but
   * computing; R silent and starved (runnable without progress); X idle but traced; s and i:
   * stopped and idle, after 20 s without a sample.
   */
  @ParameterizedTest
  @CsvSource({
    // samples,        frozen at the sample (counted from 0)
    "BBSSSSSS,         6",
    "BBSSSSBSSSSSS,    11",
    "BBSSSSBSSSSB,     -",
    "SSSSSS,           5",
    "SSSSS,            -",
    "BBIIIIIIII,       6",
    "BBIIIII,          6",
    "BBIIII,           -",
    "IIIIIIIIIIII,     -",
    "BBIIIBIIIIB,      -",
    "BBBBBBBBBBBB,     -",
    "BBCCCCCCCCCC,     -",
    "BBRRRRRRRRRR,     -",
    "BBIIICIIIIRIIII,  -",
    "BBIIICIIIIRIIIII, -",
    "BBIIIRIIIIIII,    11",
    "BBXXXXXXXXXX,     -",
    "BBIIIXIIIII,      -",
    "BBIIIXIIIIIII,    11",
    // stopped or continued in between: what is stopped is idle as well
    "BBIISSSSS,        6",
    "SSSIIIIII,        -",
    // the parent was stopped itself: two seconds of it count
    "BBSs,             -",
    "BBSsS,            -",
    "BBSsSSS,          5",
    "BBis,             -",
    "BBBiii,           5",
    "BBSsB,            -",
  })
  void it_is_frozen_at_the_sample(String samples, String expected) {
    FrozenRule rule = new FrozenRule(5 * SECOND, SECOND);
    OptionalInt frozen = OptionalInt.empty();
    long now = Long.MAX_VALUE - 3 * SECOND; // the clock may wrap
    long beats = 0;
    long cpu = 0;
    for (int i = 0; i < samples.length() && frozen.isEmpty(); i++) {
      char letter = samples.charAt(i);
      now += Character.isLowerCase(letter) ? 20 * SECOND : SECOND;
      char kind = Character.toUpperCase(letter);
      beats += kind == 'B' ? 1 : 0;
      cpu += kind == 'B' || kind == 'C' ? 1000 : 0;
      Sample sample =
          new Sample(now, beats, kind == 'S' ? 'T' : 'S', kind == 'X', kind == 'R', cpu);
      if (rule.add(sample).isPresent()) {
        frozen = OptionalInt.of(i);
      }
    }
    assertThat(frozen.isPresent() ? Integer.toString(frozen.getAsInt()) : "-").isEqualTo(expected);
  }

  @Test
  void the_evidence_says_what_was_seen() {
    FrozenRule stopped = new FrozenRule(2 * SECOND, SECOND);
    Optional<String> evidence = Optional.empty();
    for (int i = 0; i < 3; i++) {
      evidence = stopped.add(new Sample(i * SECOND, 4711, 'T', false, false, 5));
    }
    assertThat(evidence)
        .contains(
            "Its heartbeat stood still at 4711 for 2.0 s (3 samples), and it was stopped (state T)"
                + " at each of them.");
    FrozenRule idle = new FrozenRule(SECOND, SECOND);
    assertThat(idle.add(new Sample(0, 1, 'S', false, false, 5))).isEmpty();
    assertThat(idle.add(new Sample(SECOND, 2, 'S', false, false, 5))).isEmpty();
    assertThat(idle.add(new Sample(2 * SECOND, 2, 'D', false, false, 5)))
        .contains(
            "Its heartbeat stood still at 2 for 1.0 s (2 samples), and it used no processor time"
                + " and none of its threads wanted any (state D).");
  }
}
