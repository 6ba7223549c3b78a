package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.SlotWord.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerPageTest {
  private static final int ROUNDS = 10_000;

  @TempDir Path directory;

  @Test
  void what_one_mapping_writes_the_other_reads() throws IOException {
    Path file = directory.resolve("page");
    try (WorkerPage pool = WorkerPage.create(file);
        WorkerPage worker = WorkerPage.open(file)) {
      for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
        pool.offer(slot, 100 + slot);
        worker.started(slot, -5L * slot);
      }
      worker.progress(3, 9);
      assertThat(pool.leaving()).isFalse();
      worker.leave();
      for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
        assertThat(worker.word(slot)).isEqualTo(SlotWord.of(100 + slot, 0, Phase.OFFERED));
        assertThat(pool.startedAt(slot)).isEqualTo(-5L * slot);
      }
      assertThat(pool.progressDone()).isEqualTo(3);
      assertThat(pool.progressTotal()).isEqualTo(9);
      assertThat(pool.heap()).isEqualTo(HeapUse.NONE);
      worker.heap(new HeapUse(1, 2, 3), -4);
      assertThat(pool.heap()).isEqualTo(new HeapUse(1, 2, 3));
      assertThat(pool.heapAt()).isEqualTo(-4);
      assertThat(pool.leaving()).isTrue();
    }
  }

  @Test
  void the_layout_is_the_one_that_is_drawn() throws IOException {
    Path file = directory.resolve("page");
    try (WorkerPage page = WorkerPage.create(file)) {
      page.leave();
      page.progress(0x22, 0x33);
      for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
        page.offer(slot, slot + 1);
        page.started(slot, 0x100 + slot);
      }
      page.heap(new HeapUse(0x44, 0x55, 0x66), 0x77);
      page.unsent().written(0x88);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    assertThat(bytes.capacity()).isEqualTo(128 << 10);
    assertThat(bytes.getLong(0)).isEqualTo(0x4F75746C69766531L);
    assertThat(bytes.getLong(8)).isEqualTo(1);
    assertThat(bytes.getLong(16)).isEqualTo(0x22);
    assertThat(bytes.getLong(24)).isEqualTo(0x33);
    for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
      assertThat(bytes.getLong(64 + 64 * slot)).isEqualTo((slot + 1L) << 20 | 1);
      assertThat(bytes.getLong(72 + 64 * slot)).isEqualTo(0x100 + slot);
    }
    assertThat(bytes.getLong(4224)).isEqualTo(0x44);
    assertThat(bytes.getLong(4232)).isEqualTo(0x55);
    assertThat(bytes.getLong(4240)).isEqualTo(0x66);
    assertThat(bytes.getLong(4248)).isEqualTo(0x77);
    assertThat(bytes.getLong(8192)).isEqualTo(0x88L << 32);
  }

  @Test
  void a_heap_that_cannot_be_is_not_believed() {
    assertThat(HeapUse.told(-1, -2, -3)).isEqualTo(HeapUse.NONE);
    assertThat(HeapUse.told(9, 8, 7)).isEqualTo(new HeapUse(7, 7, 7));
    assertThat(HeapUse.told(Long.MIN_VALUE, Long.MAX_VALUE, 7)).isEqualTo(new HeapUse(0, 7, 7));
    assertThat(HeapUse.ofThisJvm(HeapUse.NONE).usedBytes()).isPositive();
  }

  @Test
  void a_word_changes_only_from_the_expected_one() throws IOException {
    try (WorkerPage page = WorkerPage.create(directory.resolve("page"))) {
      page.offer(2, 7);
      long offered = SlotWord.of(7, 0, Phase.OFFERED);
      long running = SlotWord.of(7, 0, Phase.RUNNING);
      assertThat(page.change(2, running, offered)).isFalse();
      assertThat(page.change(2, offered, running)).isTrue();
      assertThat(page.change(2, offered, running)).isFalse();
      assertThat(page.word(2)).isEqualTo(running);
      assertThat(page.word(1)).isZero();
      assertThat(page.word(3)).isZero();
    }
  }

  @Test
  void of_two_who_race_for_a_word_exactly_one_wins() throws Exception {
    Path file = directory.resolve("page");
    try (WorkerPage pool = WorkerPage.create(file);
        WorkerPage worker = WorkerPage.open(file)) {
      CyclicBarrier start = new CyclicBarrier(2);
      boolean[] published = new boolean[ROUNDS];
      FutureTask<Void> race =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  start.await(60, TimeUnit.SECONDS);
                  long before = SlotWord.of(i, 0, Phase.OFFERED);
                  published[i] = worker.change(0, before, SlotWord.of(i, 0, Phase.PUBLISHING));
                  start.await(60, TimeUnit.SECONDS);
                }
                return null;
              });
      Thread.ofPlatform().daemon().start(race);
      for (int i = 0; i < ROUNDS; i++) {
        pool.offer(0, i);
        start.await(60, TimeUnit.SECONDS);
        long before = SlotWord.of(i, 0, Phase.OFFERED);
        boolean revoked = pool.change(0, before, SlotWord.of(i, 0, Phase.REVOKED));
        start.await(60, TimeUnit.SECONDS);
        assertThat(revoked).as("round %d", i).isNotEqualTo(published[i]);
        assertThat(SlotWord.phase(worker.word(0)))
            .isEqualTo(revoked ? Phase.REVOKED : Phase.PUBLISHING);
      }
      race.get(60, TimeUnit.SECONDS);
    }
  }

  /** Two who change the word as fast as they can: each change that was won is in it. */
  @Test
  void no_change_that_was_won_is_lost() throws Exception {
    Path file = directory.resolve("page");
    try (WorkerPage pool = WorkerPage.create(file);
        WorkerPage worker = WorkerPage.open(file)) {
      FutureTask<Long> other = new FutureTask<>(() -> countUp(worker));
      Thread.ofPlatform().daemon().start(other);
      long won = countUp(pool) + other.get(60, TimeUnit.SECONDS);
      assertThat(pool.word(0)).isEqualTo(won);
    }
  }

  private static long countUp(WorkerPage page) {
    long won = 0;
    for (int i = 0; i < 1_000_000; i++) {
      long word = page.word(0);
      won += page.change(0, word, word + 1) ? 1 : 0;
    }
    return won;
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 32, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_slot_that_does_not_exist_is_refused(int slot) throws IOException {
    try (WorkerPage page = WorkerPage.create(directory.resolve("page"))) {
      assertThatThrownBy(() -> page.word(slot))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a slot must be 0..31, slot=" + slot);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 131071, 131073})
  void a_file_of_another_size_is_no_page(int size) throws IOException {
    Path file = Files.write(directory.resolve("page"), new byte[size]);
    assertThatThrownBy(() -> WorkerPage.open(file))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a page has 131072 bytes, bytes=" + size);
  }

  @Test
  void a_file_without_the_magic_is_no_page() throws IOException {
    Path file = Files.write(directory.resolve("page"), new byte[128 << 10]);
    assertThatThrownBy(() -> WorkerPage.open(file))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("not a page: " + file);
  }

  @Test
  void a_page_is_created_once_and_opened_only_if_it_is_there() throws IOException {
    Path file = directory.resolve("page");
    assertThatThrownBy(() -> WorkerPage.open(file)).isInstanceOf(NoSuchFileException.class);
    WorkerPage.create(file).close();
    assertThatThrownBy(() -> WorkerPage.create(file))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void the_weightiest_last_word_stays_cut_to_its_bound() throws IOException {
    Path file = directory.resolve("page");
    try (WorkerPage pool = WorkerPage.create(file);
        WorkerPage worker = WorkerPage.open(file)) {
      assertThat(pool.lastWord()).isEqualTo(LastWord.NONE);
      worker.lastWord(new LastWord(LastWord.Kind.EXIT_CALLED, "at größe"));
      worker.lastWord(new LastWord(LastWord.Kind.UNCAUGHT, "later, and lighter"));
      worker.lastWord(new LastWord(LastWord.Kind.EXIT_CALLED, "once more"));
      assertThat(pool.lastWord()).isEqualTo(new LastWord(LastWord.Kind.EXIT_CALLED, "at größe"));
      worker.lastWord(new LastWord(LastWord.Kind.HEAP_FULL, "x".repeat(5_000)));
      assertThat(pool.lastWord())
          .isEqualTo(new LastWord(LastWord.Kind.HEAP_FULL, "x".repeat(2_048)));
    }
  }

  @Test
  void a_last_word_that_no_honest_worker_writes_is_read_within_bounds() throws IOException {
    Path file = directory.resolve("page");
    WorkerPage.create(file).close();
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, 2112, bytes.length, (byte) 0xFF);
    Files.write(file, bytes);
    try (WorkerPage pool = WorkerPage.open(file)) {
      assertThat(pool.lastWord()).isEqualTo(LastWord.NONE);
    }
  }

  @Test
  void beats_and_the_initializer_are_seen_from_the_other_side() throws IOException {
    Path file = directory.resolve("page");
    try (WorkerPage pool = WorkerPage.create(file);
        WorkerPage worker = WorkerPage.open(file)) {
      assertThat(pool.beats()).isZero();
      assertThat(pool.initializing()).isFalse();
      worker.beat(5);
      worker.beat(7);
      worker.initializing(true);
      assertThat(pool.beats()).isEqualTo(2);
      assertThat(pool.lastBeatAt()).isEqualTo(7);
      assertThat(pool.initializing()).isTrue();
      worker.initializing(false);
      assertThat(pool.initializing()).isFalse();
    }
  }
}
