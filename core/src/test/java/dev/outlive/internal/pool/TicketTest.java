package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.policy.FailurePolicy;
import java.nio.ByteBuffer;
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

  private static final class Plain extends Ticket {
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
              Instant.EPOCH));
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
    ByteBuffer item(int index) {
      return ByteBuffer.allocate(0);
    }

    @Override
    String describe(int index) {
      return "";
    }

    @Override
    void complete(int index, Verdict verdict) {}

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
