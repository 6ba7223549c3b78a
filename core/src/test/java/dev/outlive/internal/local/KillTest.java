package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.spi.KillReason;
import org.junit.jupiter.api.Test;

class KillTest {
  private final Kill kill = new Kill();

  @Test
  void theFirstReasonCounts() {
    assertThat(kill.meant(KillReason.TIMEOUT, "late")).isTrue();
    assertThat(kill.meant(KillReason.SHUTDOWN, "")).isFalse();
    assertThat(kill.endIsDue()).isTrue();
    assertThat(kill.end()).isEqualTo(new Kill.Sent(KillReason.TIMEOUT, "late", ThreadDump.NONE));
  }

  @Test
  void aWorkerThatIsAboutToEndIsNotKilledByUs() {
    kill.tooLate();
    assertThat(kill.meant(KillReason.LINK_CLOSED, "")).isFalse();
    assertThat(kill.endIsDue()).isTrue();
    assertThat(kill.end().reason()).isNull();
  }

  @Test
  void whatWasMeantBeforeStandsThoughTheWorkerIsAboutToEnd() {
    assertThat(kill.meant(KillReason.CANCELLED, "")).isTrue();
    kill.tooLate();
    assertThat(kill.end().reason()).isEqualTo(KillReason.CANCELLED);
  }
}
