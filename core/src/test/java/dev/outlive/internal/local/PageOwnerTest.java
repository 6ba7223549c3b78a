package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.spi.Death.Standing;
import dev.outlive.spi.Revocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pool takes deliveries back; the test plays the worker through its own mapping. */
final class PageOwnerTest {
  private static final int SLOT = 3;
  private static final long DELIVERY = 77;
  private static final int FIRST = 40;
  private static final long STARTED = 1_000;

  @TempDir Path directory;
  private PageOwner pool = PageOwner.NONE;
  private WorkerPage worker;

  @BeforeEach
  void open() throws IOException {
    Path file = directory.resolve("page");
    pool = PageOwner.create(file);
    worker = WorkerPage.open(file);
    pool.offer(SLOT, DELIVERY, FIRST);
  }

  @AfterEach
  void close() {
    pool.close();
    worker.close();
  }

  /** The worker is at the delivery's item 2, in the phase. */
  private long workerIsAt(Phase phase) {
    int item = phase == Phase.OFFERED ? 0 : 2;
    long word = SlotWord.of(DELIVERY, item, phase);
    worker.started(SLOT, STARTED);
    assertThat(worker.change(SLOT, worker.word(SLOT), word)).isTrue();
    return word;
  }

  /** Asked at a time when the item has run for 500 ns. */
  @ParameterizedTest
  @CsvSource({
    // phase,    unbegun only, limit, answer
    "OFFERED,    false,        0,     withdrawn",
    "OFFERED,    true,         0,     withdrawn",
    "OFFERED,    false,        1,     waits",
    "OFFERED,    false,        500,   waits",
    "OFFERED,    true,         500,   waits",
    "DECODING,   false,        0,     stopped",
    "DECODING,   true,         0,     begun",
    "DECODING,   false,        500,   stopped",
    "DECODING,   false,        501,   in time",
    "RUNNING,    false,        0,     stopped",
    "RUNNING,    true,         0,     begun",
    "RUNNING,    false,        499,   stopped",
    "RUNNING,    false,        500,   stopped",
    "RUNNING,    false,        501,   in time",
    "RUNNING,    true,         501,   begun",
    "ENCODING,   false,        0,     stopped",
    "ENCODING,   true,         0,     begun",
    "ENCODING,   false,        500,   stopped",
    "ENCODING,   false,        501,   in time",
    "PUBLISHING, false,        0,     published",
    "PUBLISHING, true,         0,     published",
    "PUBLISHING, false,        501,   published",
    "DONE,       false,        0,     published",
    "DONE,       true,         0,     published",
    "DONE,       false,        1,     published",
    "REVOKED,    false,        0,     published",
    "REVOKED,    true,         0,     published",
    "REVOKED,    false,        501,   published",
    "CONDEMNED,  false,        0,     published",
    "CONDEMNED,  false,        1,     published",
  })
  void a_revocation_depends_on_the_phase(
      Phase phase, boolean unbegunOnly, long limit, String answer) {
    long before = workerIsAt(phase);
    Revocation expected =
        switch (answer) {
          case "withdrawn" -> new Revocation.Withdrawn();
          case "stopped" -> new Revocation.Stopped(FIRST + 2);
          case "begun" -> new Revocation.Begun();
          case "in time" -> new Revocation.InTime(true, STARTED);
          case "waits" -> new Revocation.InTime(false, 0);
          case "published" -> new Revocation.Published();
          default -> throw new AssertionError(answer);
        };
    assertThat(pool.revoke(SLOT, DELIVERY, unbegunOnly, limit, STARTED + 500)).isEqualTo(expected);
    boolean taken =
        expected instanceof Revocation.Withdrawn || expected instanceof Revocation.Stopped;
    Phase mark = limit > 0 ? Phase.CONDEMNED : Phase.REVOKED;
    assertThat(worker.word(SLOT))
        .isEqualTo(taken ? SlotWord.of(DELIVERY, SlotWord.item(before), mark) : before);
  }

  @Test
  void the_clock_may_be_negative_and_may_wrap() {
    workerIsAt(Phase.RUNNING);
    worker.started(SLOT, Long.MAX_VALUE - 10);
    assertThat(pool.revoke(SLOT, DELIVERY, false, 100, Long.MIN_VALUE + 50))
        .isEqualTo(new Revocation.InTime(true, Long.MAX_VALUE - 10));
    assertThat(pool.revoke(SLOT, DELIVERY, false, 50, Long.MIN_VALUE + 50))
        .isEqualTo(new Revocation.Stopped(FIRST + 2));
  }

  @Test
  void a_delivery_that_the_slot_no_longer_holds_is_past_revoking() {
    assertThat(pool.revoke(SLOT, DELIVERY + 1, false, 0, 0)).isEqualTo(new Revocation.Published());
    assertThat(worker.word(SLOT)).isEqualTo(SlotWord.of(DELIVERY, 0, Phase.OFFERED));
  }

  @Test
  void a_worker_without_a_page_and_one_whose_page_is_closed_have_nothing_to_revoke() {
    pool.close();
    for (PageOwner gone : new PageOwner[] {pool, PageOwner.NONE}) {
      gone.offer(0, 1, 0);
      assertThat(gone.revoke(0, 1, false, 0, 0)).isEqualTo(new Revocation.Published());
      assertThat(gone.standings(0, since -> OptionalLong.empty())).isEmpty();
      assertThat(gone.findings(0).at()).isEmpty();
      assertThat(gone.leaving()).isFalse();
      gone.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OFFERED,    40, false",
    "DECODING,   42, true",
    "RUNNING,    42, true",
    "ENCODING,   42, true",
    "PUBLISHING, 42, true",
    "DONE,       43, false",
    "REVOKED,    42, false",
    "CONDEMNED,  42, false",
  })
  void the_last_standing_of_a_delivery_names_its_item(Phase phase, int item, boolean begun) {
    workerIsAt(phase);
    assertThat(standings()).containsExactly(new Standing(DELIVERY, item, begun));
  }

  /** Without their times. */
  private List<Standing> standings() {
    return pool.standings(System.nanoTime(), since -> OptionalLong.empty()).stream()
        .map(seen -> new Standing(seen.delivery(), seen.item(), seen.begun()))
        .toList();
  }

  @Test
  void what_had_begun_has_its_run_time_and_the_peak_of_that() {
    workerIsAt(Phase.RUNNING);
    long now = System.nanoTime();
    worker.started(SLOT, now - 5);
    List<Long> asked = new ArrayList<>();
    Standing seen =
        pool.standings(
                now,
                since -> {
                  asked.add(since);
                  return OptionalLong.of(42);
                })
            .getFirst();
    assertThat(seen.peakBytes()).isEqualTo(42);
    assertThat(seen.ranNanos()).isEqualTo(5);
    assertThat(asked).containsExactly(now - 5);
  }

  @Test
  void an_item_that_claims_to_run_for_longer_than_its_worker_lives_has_not() {
    workerIsAt(Phase.RUNNING);
    long now = System.nanoTime();
    for (long lie : new long[] {Long.MIN_VALUE, 0, now - TimeUnit.DAYS.toNanos(1), now + 1}) {
      worker.started(SLOT, lie);
      Standing seen = pool.standings(now, since -> OptionalLong.empty()).getFirst();
      assertThat(seen.ranNanos()).isBetween(0L, TimeUnit.HOURS.toNanos(1));
    }
  }

  @Test
  void standings_are_those_of_the_slots_that_were_offered() {
    pool.offer(0, 78, 0);
    pool.offer(7, 79, 5);
    assertThat(standings())
        .containsExactly(
            new Standing(78, 0, false),
            new Standing(DELIVERY, FIRST, false),
            new Standing(79, 5, false));
  }

  @Test
  void what_a_worker_made_up_has_no_standing() {
    worker.change(0, 0, SlotWord.of(5, 1, Phase.RUNNING));
    worker.change(SLOT, worker.word(SLOT), SlotWord.of(DELIVERY + 1, 1, Phase.RUNNING));
    assertThat(standings()).isEmpty();
  }

  @Test
  void only_what_had_begun_is_told_in_words() {
    assertThat(pool.findings(0).at()).isEmpty();
    workerIsAt(Phase.RUNNING);
    assertThat(pool.findings(0).at()).isEqualTo("item 42 RUNNING");
    workerIsAt(Phase.PUBLISHING);
    assertThat(pool.findings(0).at()).isEqualTo("item 42 PUBLISHING");
    workerIsAt(Phase.DONE);
    assertThat(pool.findings(0).at()).isEmpty();
  }

  @Test
  void an_orderly_exit_is_seen() {
    assertThat(pool.leaving()).isFalse();
    worker.leave();
    assertThat(pool.leaving()).isTrue();
  }

  /** The worker goes through its phases while the pool revokes: exactly one of them wins. */
  @Test
  void a_delivery_is_either_published_or_stopped() throws Exception {
    int rounds = 3_000;
    CyclicBarrier start = new CyclicBarrier(2);
    FutureTask<boolean[]> runs =
        new FutureTask<>(
            () -> {
              boolean[] published = new boolean[rounds + 1];
              for (int i = 1; i <= rounds; i++) {
                start.await(60, TimeUnit.SECONDS);
                published[i] = publish(1_000 + i);
                start.await(60, TimeUnit.SECONDS);
              }
              return published;
            });
    Thread.ofPlatform().daemon().start(runs);
    boolean[] stopped = new boolean[rounds + 1];
    for (int i = 1; i <= rounds; i++) {
      pool.offer(SLOT, 1_000 + i, 0);
      start.await(60, TimeUnit.SECONDS);
      stopped[i] = !(pool.revoke(SLOT, 1_000 + i, false, 0, 0) instanceof Revocation.Published);
      start.await(60, TimeUnit.SECONDS);
    }
    boolean[] published = runs.get(60, TimeUnit.SECONDS);
    for (int i = 1; i <= rounds; i++) {
      assertThat(stopped[i]).as("round %d", i).isNotEqualTo(published[i]);
    }
  }

  private boolean publish(long delivery) {
    long word = SlotWord.of(delivery, 0, Phase.OFFERED);
    for (Phase phase :
        new Phase[] {Phase.DECODING, Phase.RUNNING, Phase.ENCODING, Phase.PUBLISHING}) {
      long next = SlotWord.of(delivery, 0, phase);
      if (!worker.change(SLOT, word, next)) {
        return false;
      }
      word = next;
    }
    return true;
  }
}
