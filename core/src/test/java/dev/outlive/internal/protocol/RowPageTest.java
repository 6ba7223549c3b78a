package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.SlotWord.Phase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class RowPageTest {
  private final MemorySegment place = Arena.ofAuto().allocate(64 << 10, 8);
  private final RowPage row = new RowPage(place);

  private void fill() {
    byte[] bytes = new byte[row.capacity()];
    row.begin(9, 3);
    int end = 0;
    for (int i = 0; i < 4; i++) {
      int next = PlainValue.put(100 + i, bytes, end);
      row.put(i, bytes, end, next);
      end = next;
    }
  }

  @Test
  void what_the_slot_has_gone_beyond_is_published_and_nothing_else() throws Exception {
    fill();
    for (Phase phase : Phase.values()) {
      boolean whole = phase == Phase.PUBLISHING || phase == Phase.DONE;
      Message.ReturnedRow seen = row.published(SlotWord.of(9, 5, phase), 40);
      assertThat(seen).as("%s", phase).isNotNull();
      assertThat(seen.from()).isEqualTo(43);
      assertThat(seen.values().size()).isEqualTo(whole ? 3 : 2);
      assertThat(seen.values().plain(1)).isEqualTo(101);
    }
    assertThat(row.published(SlotWord.of(9, 3, Phase.RUNNING), 40)).isNull();
    assertThat(row.published(SlotWord.of(8, 5, Phase.RUNNING), 40)).isNull();
  }

  @Test
  void a_row_that_was_sent_is_told_no_more() {
    fill();
    row.end();
    assertThat(row.published(SlotWord.of(9, 5, Phase.RUNNING), 40)).isNull();
  }

  @Test
  void a_page_that_cannot_be_is_not_believed() {
    fill();
    place.set(ValueLayout.JAVA_INT, 16, Integer.MAX_VALUE);
    assertThat(row.published(SlotWord.of(9, 5, Phase.RUNNING), 40)).isNull();
    place.set(ValueLayout.JAVA_INT, 16, -1);
    assertThat(row.published(SlotWord.of(9, 5, Phase.RUNNING), 40)).isNull();
    place.set(ValueLayout.JAVA_LONG, 8, -70_000L);
    assertThat(row.published(SlotWord.of(9, 5, Phase.RUNNING), 40)).isNull();
  }
}
