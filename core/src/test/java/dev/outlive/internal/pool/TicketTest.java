package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.Items;
import dev.outlive.policy.FailurePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jobs of one ticket follow each other; those of others go on. */
final class TicketTest {
  private final HandClock clock = new HandClock();
  private final UserThreads threads = new UserThreads("outlive-test-user", 64, clock);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    threads.close(60_000);
    clock.shutdownNow();
  }

  private static boolean reached(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void jobs_of_a_ticket_run_in_their_order_one_at_a_time() {
    Ticket ticket = new Plain(1);
    List<Integer> done = new ArrayList<>(); // no lock: one at a time
    CountDownLatch all = new CountDownLatch(10_000);
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      ticket.later(
          () -> {
            done.add(number);
            all.countDown();
          },
          threads);
    }
    assertThat(reached(all)).isTrue();
    assertThat(done).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void a_ticket_that_hangs_holds_up_its_own_jobs_alone() {
    Ticket stuck = new Plain(1);
    Ticket other = new Plain(2);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    CountDownLatch served = new CountDownLatch(1);
    stuck.later(
        () -> {
          hanging.countDown();
          reached(release);
        },
        threads);
    assertThat(reached(hanging)).isTrue();
    stuck.later(late::countDown, threads);
    other.later(served::countDown, threads);
    clock.tick();
    assertThat(reached(served)).isTrue();
    assertThat(late.getCount()).isEqualTo(1);
    release.countDown();
    assertThat(reached(late)).isTrue();
  }

  @Test
  void a_ticket_of_many_jobs_lets_others_have_their_turn_on_the_only_thread() {
    Ticket endless = new Plain(1);
    Ticket other = new Plain(2);
    CountDownLatch served = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    class Again implements Runnable {
      @Override
      public void run() {
        if (served.getCount() > 0) {
          endless.later(this, threads); // there is always one more
        } else {
          ended.countDown();
        }
      }
    }
    endless.later(new Again(), threads);
    other.later(served::countDown, threads);
    assertThat(reached(served)).isTrue(); // no tick of the clock: no thread was added
    assertThat(reached(ended)).isTrue();
  }

  @Test
  void a_job_that_throws_whatever_it_be_does_not_keep_the_next_from_running() {
    Ticket ticket = new Plain(1);
    List<String> done = Collections.synchronizedList(new ArrayList<>());
    Throwable[] thrown = {
      new IllegalStateException("x"), new AssertionError("x"), new java.io.IOException("sneaky")
    };
    CountDownLatch all = new CountDownLatch(thrown.length);
    for (Throwable error : thrown) {
      ticket.later(() -> sneak(error), threads);
      ticket.later(
          () -> {
            done.add("after " + error);
            all.countDown();
          },
          threads);
    }
    assertThat(reached(all)).isTrue();
    assertThat(done).hasSize(3);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable error) throws E {
    throw (E) error;
  }

  /** Decodes, for item 1, until it is interrupted, and for item 2 until it is released as well. */
  private final class Slow extends Plain {
    private final CountDownLatch decoding = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch finished = new CountDownLatch(1);

    Slow() {
      super(9);
    }

    @Override
    Runnable decode(int index, Verdict verdict) {
      if (index > 0) {
        decoding.countDown();
        try {
          Thread.sleep(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
          interrupted.countDown();
          if (index == 2) {
            reached(release);
          }
        }
      }
      return () -> told.add("item " + index);
    }

    @Override
    void tooSlow(Decoding.TooSlow seen) {
      assertThat(seen.stack()).anyMatch(frame -> frame.getMethodName().equals("decode"));
      assertThat(seen.tookNanos()).isGreaterThanOrEqualTo(seen.decoding().limitNanos);
      told.add("item " + seen.decoding().item + " was too slow");
    }

    @Override
    void finish() {
      told.add("finished");
      finished.countDown();
    }
  }

  private static final Verdict DIED = new Verdict.TimedOut(1, 1, List.of());

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void what_decodes_for_too_long_is_given_up_and_interrupted_and_all_else_goes_on(int item)
      throws Exception {
    Slow ticket = new Slow();
    ticket.later(() -> ticket.complete(0, DIED), threads);
    ticket.later(() -> ticket.complete(item, DIED), threads);
    ticket.later(() -> ticket.complete(0, DIED), threads);
    ticket.later(ticket::finish, threads);
    assertThat(reached(ticket.decoding)).isTrue();
    while (ticket.finished.getCount() > 0) {
      clock.tick();
      boolean _ = ticket.finished.await(1, TimeUnit.MILLISECONDS);
    }
    assertThat(reached(ticket.interrupted)).isTrue();
    release.countDown();
    threads.close(60_000);
    assertThat(ticket.told)
        .containsExactly("item 0", "item " + item + " was too slow", "item 0", "finished");
    assertThat(ticket.isWaitedFor()).isFalse();
  }

  @Test
  void what_decodes_when_the_pool_ends_is_given_up_all_the_same() {
    Slow ticket = new Slow();
    ticket.later(() -> ticket.complete(2, DIED), threads);
    ticket.later(ticket::finish, threads);
    assertThat(reached(ticket.decoding)).isTrue();
    threads.close(1);
    clock.shutdown();
    threads.decodingWatch().lookToTheEnd();
    assertThat(reached(ticket.finished)).isTrue();
    assertThat(ticket.told).containsExactly("item 2 was too slow", "finished");
  }

  private static class Plain extends Ticket {
    Plain(long task) {
      super(
          task,
          new Submission(
              "plain",
              Plain.class,
              new LoaderTable().forGood(),
              new TaskRules(
                  Long.MAX_VALUE,
                  List.of(),
                  FailurePolicy.FAIL,
                  FailurePolicy.FAIL,
                  FailurePolicy.FAIL,
                  0),
              List.of(),
              Instant.EPOCH),
          new AttemptCount(false),
          new Verdicts(
              new Chronicle("test", 10, List.of()),
              List.of(),
              1 << 20,
              new DecodeLimit(Duration.ofMillis(50), 1),
              null));
    }

    @Override
    int items() {
      return 1;
    }

    @Override
    @Nullable SharedFunction function() {
      return null;
    }

    @Override
    Items items(int from, int to) {
      throw new AssertionError();
    }

    @Override
    String describe(int index) {
      return "";
    }

    @Override
    Runnable decode(int index, Verdict verdict) {
      return () -> {};
    }

    @Override
    void tooSlow(Decoding.TooSlow seen) {}

    @Override
    void finish() {}

    @Override
    void fail(int index) {}

    @Override
    void cancel() {}

    @Override
    void stop(RuntimeException reason) {}
  }
}
