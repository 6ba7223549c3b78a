package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that no pool has started, and what they share. Budget: 15 s. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class BetweenProcessesTest {
  private static final int PROCESSES = 6;
  private static final int TIMES = 200;

  private static void runAll(List<String[]> words) throws Exception {
    List<Child> children = new ArrayList<>();
    try {
      for (String[] each : words) {
        children.add(Child.program(each));
      }
      for (Child child : children) {
        assertThat(child.end()).isZero();
      }
    } finally {
      for (Child child : children) {
        child.close();
      }
    }
  }

  @Test
  void six_processes_write_their_squares_and_add_them_up_two_hundred_times() throws Exception {
    try (SharedIntArray squares = SharedIntArray.create(TIMES * PROCESSES);
        SharedLongArray totals = SharedLongArray.create(TIMES)) {
      List<String[]> words = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        words.add(new String[] {"square", Wire.text(squares), Wire.text(totals), "" + i});
      }
      runAll(words);
      for (int time = 0; time < TIMES; time++) {
        int[] six = new int[PROCESSES];
        squares.copyTo((long) time * PROCESSES, six, 0, PROCESSES);
        assertThat(six).containsExactly(0, 1, 4, 9, 16, 25);
        assertThat(totals.get(time)).isEqualTo(55);
      }
    }
  }

  @Test
  void six_processes_add_one_ten_thousand_times_and_none_is_lost() throws Exception {
    try (SharedLong locked = SharedLong.create();
        SharedLong atomic = SharedLong.create()) {
      List<String[]> words = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        words.add(new String[] {"add", Wire.text(locked), Wire.text(atomic), "10000"});
      }
      runAll(words);
      assertThat(locked.get()).isEqualTo(60_000);
      assertThat(atomic.get()).isEqualTo(60_000);
    }
  }
}
