package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.monitor.OutputLine;
import dev.outlive.monitor.OutputSink;
import dev.outlive.task.TaskStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class SinkFeedTest {
  private final List<OutputLine> lines = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
  }

  private static OutputLine line(String text) {
    return new OutputLine(1, 2, 3, TaskStream.OUT, text, 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void stuck(OutputLine line) {
    lines.add(line);
    reached.countDown();
    await(release);
  }

  @Test
  void lines_arrive_in_their_order_all_of_them() {
    SinkFeed feed = new SinkFeed("test", lines::add);
    for (int i = 0; i < 60_000; i++) {
      feed.offer(line("line " + i));
    }
    feed.close(60_000);
    assertThat(lines).hasSize(60_000).allMatch(line -> line.missed() == 0);
    assertThat(lines.stream().map(OutputLine::text).toList())
        .isEqualTo(IntStream.range(0, 60_000).mapToObj(i -> "line " + i).toList());
  }

  @Test
  void one_thread_of_its_own_calls_the_sink() {
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    SinkFeed feed = new SinkFeed("test", line -> threads.add(Thread.currentThread().getName()));
    feed.offer(line("a"));
    feed.offer(line("b"));
    feed.close(60_000);
    assertThat(threads).containsExactly("outlive-test-output", "outlive-test-output");
  }

  @Test
  void a_sink_that_throws_gets_the_next_line_all_the_same() {
    AtomicInteger calls = new AtomicInteger();
    OutputSink throwing =
        line -> {
          calls.incrementAndGet();
          sneak(
              switch (line.text()) {
                case "a" -> new IllegalStateException("on purpose");
                case "b" -> new AssertionError("on purpose");
                default -> new IOException("on purpose");
              });
        };
    SinkFeed feed = new SinkFeed("test", throwing);
    for (String text : List.of("a", "b", "c")) {
      feed.offer(line(text));
    }
    feed.close(60_000);
    assertThat(calls).hasValue(3);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable error) throws E {
    throw (E) error;
  }

  @Test
  void a_sink_that_is_stuck_loses_lines_and_is_told_how_many() {
    SinkFeed feed = new SinkFeed("test", this::stuck);
    feed.offer(line("first"));
    await(reached);
    String megabyte = "x".repeat(1 << 20);
    long began = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      feed.offer(line(megabyte));
    }
    assertThat(System.nanoTime() - began).as("a wait per line").isLessThan(30_000_000_000L);
    release.countDown();
    while (lines.size() < 5) {
      Thread.onSpinWait();
    }
    feed.offer(line("last"));
    feed.close(60_000);
    assertThat(lines).hasSize(6);
    assertThat(lines.getLast().text()).isEqualTo("last");
    assertThat(lines.getLast().missed()).isEqualTo(996);
    assertThat(lines.subList(0, 5)).allMatch(line -> line.missed() == 0);
  }

  /** No longer than a tenth of a second: a busy machine may need more, but not always. */
  @Test
  void who_offers_waits_for_room() {
    boolean all = false;
    for (int i = 0; i < 5 && !all; i++) {
      all = areAllTaken();
    }
    assertThat(all).isTrue();
  }

  /** Offers one line more than there is room for; the sink goes on once that is waited with. */
  private static boolean areAllTaken() {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    Thread offering = Thread.currentThread();
    OutputSink late =
        line -> {
          taken.incrementAndGet();
          reached.countDown();
          await(release);
          while (offering.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
        };
    SinkFeed feed = new SinkFeed("test", late);
    feed.offer(line("first"));
    await(reached);
    for (int i = 0; i < 4; i++) {
      feed.offer(line("x".repeat(1 << 20)));
    }
    release.countDown();
    feed.offer(line("one too many"));
    feed.close(60_000);
    return taken.get() == 6;
  }

  @Test
  void closing_waits_for_a_stuck_sink_no_longer_than_it_was_told_to() {
    SinkFeed feed = new SinkFeed("test", this::stuck);
    feed.offer(line("first"));
    await(reached);
    feed.offer(line("second"));
    feed.close(50);
    feed.offer(line("too late"));
    assertThat(lines).hasSizeLessThan(2); // it is still at the first
    release.countDown();
  }
}
