package dev.outlive.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeathWatchTest {
  private static final String THREAD = "death-watch-test";
  private static final int DIED = 0x4000_0000;
  private static final int OF_A_HOLDER = 0x8000_0000 | 4711;

  /** Two threads that tell of one exit are not so far apart. */
  private static final long EARLY_NANOS = 10_000_000;

  @AutoClose private final Processes processes = new Processes();
  @AutoClose private final Arena arena = Arena.ofShared();
  private final DeathWatch watch = new DeathWatch(THREAD);
  private final CountDownLatch told = new CountDownLatch(1);

  @TempDir private Path directory;

  @AfterEach
  void no_thread_is_left() {
    watch.close();
    Await.until("end of the threads", () -> threads() == 0);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(THREAD))
        .count();
  }

  private MemorySegment word() {
    return arena.allocate(JAVA_INT);
  }

  private static void write(MemorySegment word, int value) {
    word.set(JAVA_INT, 0, value);
    Futex.wakeAll(word);
  }

  private boolean isTold() throws InterruptedException {
    return told.await(30, TimeUnit.SECONDS);
  }

  private Process holder(long bytes) throws IOException {
    return holder("mark", bytes, told::countDown);
  }

  private Process holder(String mark, long bytes, Runnable told) throws IOException {
    Path file = Files.write(directory.resolve(mark), new byte[DeathMark.BYTES]);
    watch.watch(MarkHolder.map(file), told);
    List<String> command =
        Processes.java(true, MarkHolder.class, file.toString(), Long.toString(bytes));
    Process holder = new ProcessBuilder(command).start();
    processes.track(holder);
    assertThat(holder.inputReader().readLine()).isEqualTo("ready");
    return holder;
  }

  /**
   * Its 512 MiB take fifty times as long; a busy machine may be later than that, but not always.
   */
  @Test
  void a_killed_process_is_told_before_its_memory_is_free() throws Exception {
    long aheadNanos = 0;
    for (int i = 0; i < 5 && aheadNanos < EARLY_NANOS; i++) {
      CompletableFuture<Long> told = new CompletableFuture<>();
      Process holder = holder("mark" + i, 512 << 20, () -> told.complete(System.nanoTime()));
      assertThat(told).isNotDone();
      CompletableFuture<Long> exited = holder.onExit().thenApply(_ -> System.nanoTime());
      holder.toHandle().destroyForcibly();
      aheadNanos = exited.get(30, TimeUnit.SECONDS) - told.get(30, TimeUnit.SECONDS);
    }
    assertThat(aheadNanos).isGreaterThanOrEqualTo(EARLY_NANOS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"e", "h"})
  void a_process_that_ends_by_itself_is_told_too(String how) throws Exception {
    Process holder = holder(1);
    holder.outputWriter().append(how).flush();
    assertThat(isTold()).isTrue();
  }

  @Test
  void a_process_that_crashes_is_told() throws Exception {
    Process holder = holder(1);
    Signals.send(holder.pid(), 11);
    assertThat(isTold()).isTrue();
  }

  @Test
  void a_stopped_process_is_not_dead() throws Exception {
    Process holder = holder(1);
    ProcessIdentity identity = ProcessIdentity.of(holder.pid()).orElseThrow();
    Signals.send(holder.pid(), 19);
    Await.until(
        "a stopped process", () -> ProcessStat.read(holder.pid()).orElseThrow().state() == 'T');
    assertThat(told.await(200, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(identity.isAlive()).isTrue();
    holder.toHandle().destroyForcibly();
    assertThat(isTold()).isTrue();
  }

  @Test
  void the_end_of_the_thread_that_holds_it_counts() throws Exception {
    MemorySegment word = word();
    Thread holder = Thread.ofPlatform().start(() -> DeathMark.hold(word));
    holder.join();
    watch.watch(word, told::countDown);
    assertThat(isTold()).isTrue();
  }

  @Test
  void more_than_one_call_can_wait_for_have_more_threads() {
    AtomicInteger deaths = new AtomicInteger();
    List<MemorySegment> words = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      words.add(word());
      watch.watch(words.get(i), deaths::incrementAndGet);
    }
    assertThat(threads()).isEqualTo(3);
    words.forEach(word -> write(word, OF_A_HOLDER));
    words.forEach(word -> write(word, DIED));
    Await.until("300 deaths", () -> deaths.get() == 300);
  }

  @Test
  void who_is_watched_no_longer_is_not_told_and_leaves_room() throws Exception {
    MemorySegment quiet = word();
    DeathWatch.Watch closed =
        watch.watch(
            quiet,
            () -> {
              throw new IllegalStateException("not watched any more");
            });
    closed.close();
    write(quiet, DIED);
    for (int i = 0; i < 126; i++) {
      watch.watch(word(), () -> {});
    }
    MemorySegment last = word();
    watch.watch(last, told::countDown);
    assertThat(threads()).isEqualTo(1);
    write(last, DIED);
    assertThat(isTold()).isTrue();
  }

  @Test
  void a_word_that_takes_other_turns_than_a_holder_is_not_looked_at_any_more() throws Exception {
    AtomicInteger lies = new AtomicInteger();
    MemorySegment liar = word();
    liar.set(JAVA_INT, 0, OF_A_HOLDER);
    watch.watch(liar, lies::incrementAndGet);
    looksAtAll();
    liar.set(JAVA_INT, 0, OF_A_HOLDER + 1);
    looksAtAll();
    liar.set(JAVA_INT, 0, DIED);
    looksAtAll();
    assertThat(lies).hasValue(0);
  }

  /** It looks at all words in their order, and the last one is of a dead process. */
  private void looksAtAll() throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(1);
    MemorySegment dead = word();
    dead.set(JAVA_INT, 0, DIED);
    watch.watch(dead, looked::countDown);
    assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
