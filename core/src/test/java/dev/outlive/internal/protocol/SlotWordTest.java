package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.SlotWord.Phase;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SlotWordTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, EMPTY, 0000000000000000",
    "1, 0, OFFERED, 0000000000100001",
    "1, 1, DECODING, 0000000000100012",
    "1, 65535, RUNNING, 00000000001ffff3",
    "255, 16, ENCODING, 000000000ff00104",
    "17592186044415, 0, PUBLISHING, fffffffffff00005",
    "17592186044415, 65535, DONE, fffffffffffffff6",
    "1099511627775, 2, REVOKED, 0ffffffffff00027",
    "1, 2, CONDEMNED, 0000000000100028"
  })
  void the_layout_is_the_one_that_is_drawn(long delivery, int item, Phase phase, String hex) {
    long word = SlotWord.of(delivery, item, phase);
    assertThat(String.format("%016x", word)).isEqualTo(hex);
    assertThat(SlotWord.delivery(word)).isEqualTo(delivery);
    assertThat(SlotWord.item(word)).isEqualTo(item);
    assertThat(SlotWord.phase(word)).isEqualTo(phase);
  }

  @Test
  void a_phase_that_nobody_writes_reads_as_empty() {
    for (int code = Phase.values().length; code < 16; code++) {
      assertThat(SlotWord.phase(0xFFFFFFFFFFFFFFF0L | code)).isEqualTo(Phase.EMPTY);
      assertThat(SlotWord.running(0xFFFFFFFFFFFFFFF0L | code)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_item_runs_from_decoding_to_encoding(Phase phase) {
    assertThat(SlotWord.running(SlotWord.of(5, 6, phase)))
        .isEqualTo(EnumSet.of(Phase.DECODING, Phase.RUNNING, Phase.ENCODING).contains(phase));
  }

  @Test
  void the_largest_chunk_of_a_run_fits() {
    assertThat(SlotWord.MOST_ITEMS).isEqualTo(dev.outlive.task.MapOptions.LARGEST_CHUNK);
  }
}
