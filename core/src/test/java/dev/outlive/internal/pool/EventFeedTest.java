package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventFeedTest {
  private static final long LONG = 60_000;

  private static PoolEvent event(int number) {
    return new PoolEvent.WorkerDying(number);
  }

  private static List<PoolEvent> events(int from, int to) {
    return IntStream.range(from, to).mapToObj(EventFeedTest::event).toList();
  }

  private static boolean reached(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void events_arrive_in_their_order_on_one_thread_of_their_own() {
    List<PoolEvent> heard = new ArrayList<>(); // read after the thread has ended
    List<String> on = new ArrayList<>();
    EventFeed feed =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  heard.add(event);
                  on.add(Thread.currentThread().getName());
                }));
    events(0, 5_000).forEach(feed::tell);
    feed.close(LONG);
    assertThat(heard).isEqualTo(events(0, 5_000));
    assertThat(on).containsOnly("outlive-test-listener");
  }

  @Test
  void a_listener_that_is_20_000_events_behind_loses_the_oldest_and_nothing_else() {
    List<PoolEvent> heard = new ArrayList<>();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    EventFeed feed =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  heard.add(event);
                  first.countDown();
                  reached(release);
                }));
    feed.tell(event(0));
    assertThat(reached(first)).isTrue();
    events(1, 20_001).forEach(feed::tell);
    release.countDown();
    feed.close(LONG);
    assertThat(heard).hasSize(10_001);
    assertThat(heard.getFirst()).isEqualTo(event(0));
    assertThat(heard.subList(1, heard.size())).isEqualTo(events(10_001, 20_001));
  }

  @Test
  void a_listener_that_throws_whatever_it_be_keeps_nobody_from_hearing() {
    List<PoolEvent> heard = new ArrayList<>();
    PoolListener thrower =
        event -> {
          switch (((PoolEvent.WorkerDying) event).worker() % 3) {
            case 0 -> throw new IllegalStateException("x");
            case 1 -> throw new AssertionError("x");
            default -> EventFeedTest.<RuntimeException>sneak(new IOException("sneaky"));
          }
        };
    EventFeed feed = new EventFeed("test", List.of(thrower, heard::add));
    events(0, 9).forEach(feed::tell);
    feed.close(LONG);
    assertThat(heard).isEqualTo(events(0, 9));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable error) throws E {
    throw (E) error;
  }

  @Test
  void a_listener_that_interrupts_its_own_thread_hears_on() {
    List<PoolEvent> heard = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch second = new CountDownLatch(2);
    EventFeed feed =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  heard.add(event);
                  second.countDown();
                  Thread.currentThread().interrupt();
                }));
    feed.tell(event(0));
    feed.tell(event(1));
    assertThat(reached(second)).isTrue();
    feed.tell(event(2));
    feed.close(LONG);
    assertThat(heard).isEqualTo(events(0, 3));
  }

  @Test
  void a_listener_that_hangs_holds_up_neither_the_teller_nor_close() {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    EventFeed feed =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  hanging.countDown();
                  reached(release);
                }));
    feed.tell(event(0));
    assertThat(reached(hanging)).isTrue();
    long start = System.nanoTime();
    events(1, 50_000).forEach(feed::tell);
    feed.close(50);
    assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
    release.countDown();
  }

  @Test
  void a_flood_of_tasks_hides_no_death_and_the_order_stays() {
    List<PoolEvent> heard = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    EventFeed feed =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  heard.add(event);
                  hanging.countDown();
                  reached(release);
                }));
    feed.tell(new PoolEvent.WorkerDying(0));
    assertThat(reached(hanging)).isTrue();
    feed.tell(new PoolEvent.WorkerDying(1));
    for (int i = 0; i < 20_000; i++) {
      feed.tell(new PoolEvent.TaskStarted(i, 0, 1, 1));
    }
    feed.tell(new PoolEvent.WorkerDying(2));
    feed.tell(new PoolEvent.TaskStarted(20_000, 0, 1, 1));
    release.countDown();
    feed.close(LONG);
    assertThat(heard).hasSize(3 + 10_000).startsWith(dying(0), dying(1), start(10_001));
    assertThat(heard).endsWith(start(19_999), dying(2), start(20_000));
  }

  private static PoolEvent dying(int worker) {
    return new PoolEvent.WorkerDying(worker);
  }

  private static PoolEvent start(int task) {
    return new PoolEvent.TaskStarted(task, 0, 1, 1);
  }

  @Test
  void a_listener_may_close_its_pool() {
    CountDownLatch closed = new CountDownLatch(1);
    EventFeed[] feed = new EventFeed[1];
    feed[0] =
        new EventFeed(
            "test",
            List.of(
                event -> {
                  feed[0].close(LONG);
                  closed.countDown();
                }));
    feed[0].tell(event(0));
    assertThat(reached(closed)).isTrue();
  }

  @Test
  void after_close_nothing_is_told_and_closing_again_is_harmless() {
    List<PoolEvent> heard = Collections.synchronizedList(new ArrayList<>());
    EventFeed feed = new EventFeed("test", List.of(heard::add));
    feed.tell(event(0));
    feed.close(LONG);
    feed.tell(event(1));
    feed.close(LONG);
    assertThat(heard).containsExactly(event(0));
  }
}
