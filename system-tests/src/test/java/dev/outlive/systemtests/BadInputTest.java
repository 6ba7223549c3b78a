package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should hand in has a defined outcome and hurts nobody else. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BadInputTest {
  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("bad").workers(1);
  }

  // ---- settings

  static Stream<Arguments> settings() {
    Duration year = Duration.ofDays(366);
    return Stream.of(
        refused("workers", "workers=0", builder -> builder.workers(0)),
        refused("workers", "workers=1025", builder -> builder.workers(1025)),
        refused("name", "name=a b", builder -> builder.name("a b")),
        refused("timeout", "timeout=PT0S", builder -> builder.timeout(Duration.ZERO)),
        refused("timeout", "timeout=" + year, builder -> builder.timeout(year)),
        refused("grace", "grace=PT-1S", builder -> builder.grace(Duration.ofSeconds(-1))),
        refused("startTimeout", "=PT0S", builder -> builder.startTimeout(Duration.ZERO)),
        refused("restartLimit", "deaths=0", builder -> builder.restartLimit(0, year)),
        refused("period", "period=PT0S", builder -> builder.restartLimit(1, Duration.ZERO)),
        refused("maxHeap", "maxHeap=1 B", builder -> builder.maxHeap(new Bytes(1))),
        refused("maxResultBytes", "=0 B", builder -> builder.maxResultBytes(new Bytes(0))),
        refused("bytes", "bytes=-1", builder -> builder.maxHeap(new Bytes(-1))),
        refused("attempts", "attempts=0", b -> b.retry(RetryPolicy.onCrash().attempts(0))),
        refused("jvmArgs", "option=Main", builder -> builder.jvmArgs("Main")),
        refused("allowResults", "pattern=", builder -> builder.allowResults(" ")),
        refused("classPath", "entries=[]", builder -> builder.classPath()),
        refused("variable", "variable=A=B", builder -> builder.environment("A=B", "c")),
        refused("workingDirectory", "nowhere", b -> b.workingDirectory(Path.of("nowhere"))),
        refused(
            "maxHeap and jvmArgs",
            "-Xmx64m",
            builder -> builder.maxHeap(Bytes.ofMebibytes(32)).jvmArgs("-Xmx64m").build()));
  }

  private static Arguments refused(
      String setting, String value, Consumer<ProcessPoolBuilder> change) {
    return Arguments.of(setting, value, change);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("settings")
  void aBadSettingIsRefusedWithItsNameAndValue(
      String setting, String value, Consumer<ProcessPoolBuilder> change) {
    assertThatThrownBy(() -> change.accept(builder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(setting)
        .hasMessageContaining(value);
  }

  @Test
  void badOptionsAreRefusedWithTheirValue() {
    for (int chunk : new int[] {0, -1, MapOptions.LARGEST_CHUNK + 1}) {
      assertThatThrownBy(() -> MapOptions.DEFAULTS.withChunk(chunk))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("chunk=" + chunk);
    }
    for (Duration limit :
        List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatThrownBy(() -> TaskOptions.DEFAULTS.withTimeout(limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("timeout=" + limit);
      assertThatThrownBy(() -> MapOptions.DEFAULTS.withTimeout(limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("timeout=" + limit);
    }
  }

  // ---- nulls

  @Test
  @SuppressWarnings("NullAway")
  void nullsAreRefusedAndNothingIsStarted() {
    try (ProcessPool pool = builder().build()) {
      List<Integer> withNull = Arrays.asList(1, null, 3);
      assertThatThrownBy(() -> pool.submit((Task<Integer>) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("task");
      assertThatThrownBy(() -> pool.submit((Action) null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.call((Task<Integer>) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.execute((Action) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.submit(() -> 1, null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.map((TaskFunction<Integer, Integer>) null, List.of(1)))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.map(n -> n, null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.map(n -> n, withNull))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("input 1 is null");
      assertThatThrownBy(() -> pool.map(n -> n, List.of(1), null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> pool.submitAll(Arrays.asList((Task<Integer>) null)))
          .isInstanceOf(NullPointerException.class);
      assertThat(pool.snapshot().workers()).isEmpty();
      assertThatThrownBy(() -> pool.outcomes(n -> n, withNull).toList())
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("input 1 is null");
      Await.until("the rest has ended", () -> pool.snapshot().running() == 0);
    }
  }

  @Test
  void everyUseAfterCloseIsRejected() {
    ProcessPool pool = builder().build();
    pool.close();
    List<Runnable> uses =
        List.of(
            () -> pool.submit(() -> 1),
            () -> pool.execute(() -> {}),
            () -> pool.submitAll(List.<Task<Integer>>of(() -> 1)),
            () -> pool.mapAsync(n -> n, List.of(1)),
            () -> pool.mapAsync(n -> n, List.of()),
            () -> pool.outcomes(n -> n, List.of(1)).toList());
    for (Runnable use : uses) {
      assertThatThrownBy(use::run)
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("pool \"bad\"")
          .hasMessageContaining("shut down");
    }
    pool.close();
    assertThat(pool.killedTasks()).isEmpty();
    assertThat(pool.toString()).contains("TERMINATED");
  }

  // ---- iterators

  /** Hands out some inputs and then fails. */
  private static Iterable<Integer> failingAfter(int inputs) {
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Integer next() {
            if (next == inputs) {
              throw new IllegalStateException("the source is dry");
            }
            return next++;
          }
        };
  }

  @Test
  void anIteratorThatThrowsFailsItsCallerBeforeAnythingStarts() throws Exception {
    try (ProcessPool pool = builder().build()) {
      assertThatThrownBy(() -> pool.map(n -> n, failingAfter(3)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the source is dry");
      assertThatThrownBy(() -> pool.mapAsync(n -> n, failingAfter(3)))
          .hasMessage("the source is dry");
      assertThatThrownBy(() -> pool.map(n -> n, () -> null))
          .isInstanceOf(NullPointerException.class);
      assertThat(pool.snapshot().workers()).isEmpty();
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void anIteratorThatThrowsEndsItsStreamOfOutcomesAndItsTasks() throws Exception {
    try (ProcessPool pool = builder().build()) {
      List<Integer> seen = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  pool.outcomes(n -> n, failingAfter(6))
                      .forEach(outcome -> seen.add(outcome.index())))
          .hasMessage("the source is dry");
      assertThat(seen).hasSizeLessThan(6);
      Await.until(
          "its tasks have ended",
          () -> pool.snapshot().queued() == 0 && pool.snapshot().running() == 0);
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void anEndlessSourceIsOnlyTakenAsFarAsItIsConsumed() throws Exception {
    AtomicInteger taken = new AtomicInteger();
    Iterable<Integer> endless = () -> Stream.generate(taken::incrementAndGet).iterator();
    try (ProcessPool pool = builder().build()) {
      try (Stream<Outcome<Integer>> outcomes = pool.outcomes(n -> n, endless)) {
        assertThat(outcomes.limit(20)).hasSize(20).allMatch(Outcome::isSuccess);
      }
      assertThat(taken.get()).isBetween(20, 60);
      Await.until(
          "the rest is cancelled",
          () -> pool.snapshot().queued() == 0 && pool.snapshot().running() == 0);
    }
  }

  // ---- code of the user's in the pool's process

  @Test
  void callbacksThatThrowHurtNobody() throws Exception {
    try (ProcessPool pool = builder().build()) {
      List<TaskFuture<Integer>> futures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        TaskFuture<Integer> future = pool.submit(() -> 1);
        var _ =
            future.whenComplete(
                (value, error) -> {
                  throw new AssertionError("a callback that throws");
                });
        futures.add(future);
      }
      for (TaskFuture<Integer> future : futures) {
        assertThat(Await.result(future)).isEqualTo(1);
      }
    }
  }

  @Test
  void callbacksThatSpinHoldUpNeitherOtherFuturesNorVirtualThreads() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    int spinners = 2 * Runtime.getRuntime().availableProcessors();
    CountDownLatch spinning = new CountDownLatch(spinners);
    try (ProcessPool pool = builder().build()) {
      for (int i = 0; i < spinners; i++) {
        var _ =
            pool.submit(() -> 1)
                .whenComplete(
                    (value, error) -> {
                      spinning.countDown();
                      while (!stop.get()) {
                        Thread.onSpinWait();
                      }
                    });
      }
      try {
        assertThat(spinning.await(30, TimeUnit.SECONDS)).as("all of them spin").isTrue();
        CountDownLatch virtual = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
          Thread.ofVirtual().start(virtual::countDown);
        }
        assertThat(virtual.await(20, TimeUnit.SECONDS)).as("virtual threads run").isTrue();
        assertThat(pool.call(() -> 2)).isEqualTo(2);
        assertThat(pool.map(n -> n + 1, List.of(1, 2))).containsExactly(2, 3);
        assertThat(Await.failure(pool.submit(() -> System.exit(1))))
            .isInstanceOf(WorkerDiedException.class);
      } finally {
        stop.set(true);
      }
    }
  }

  @Test
  void aListenerThatThrowsHurtsNobodyAndHearsTheNextEvent() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    try (ProcessPool pool =
        builder()
            .listener(
                event -> {
                  heard.incrementAndGet();
                  throw new AssertionError("a listener that throws at " + event);
                })
            .build()) {
      assertThat(pool.call(() -> 1)).isEqualTo(1);
      Await.failure(pool.submit(() -> System.exit(1)));
      Await.until("it has heard of ready, dying and died", () -> heard.get() >= 3);
      assertThat(pool.call(() -> 2)).isEqualTo(2);
    }
  }

  @Test
  void aListenerThatSpinsHurtsNobody() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch spinning = new CountDownLatch(1);
    try (ProcessPool pool =
        builder()
            .listener(
                event -> {
                  spinning.countDown();
                  while (!stop.get()) {
                    Thread.onSpinWait();
                  }
                })
            .build()) {
      try {
        assertThat(pool.call(() -> 1)).isEqualTo(1);
        assertThat(spinning.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.failure(pool.submit(() -> System.exit(1))))
            .isInstanceOf(WorkerDiedException.class);
        assertThat(pool.call(() -> 2)).isEqualTo(2);
        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).as("it ends all the same").isTrue();
      } finally {
        stop.set(true);
      }
    }
  }

  /** Cannot be shown: what it throws depends. */
  record Shy(int number, boolean error) implements Serializable {
    @Override
    public String toString() {
      if (error) {
        throw new AssertionError("no text");
      }
      throw new IllegalStateException("no text");
    }
  }

  static int failOnSecond(Shy shy) {
    if (shy.number() == 1) {
      Runtime.getRuntime().halt(1);
    }
    return shy.number();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInputWhoseToStringThrowsIsNamedByItsClass(boolean error) throws Exception {
    List<Shy> inputs = List.of(new Shy(0, error), new Shy(1, error), new Shy(2, error));
    try (ProcessPool pool = builder().build()) {
      Throwable failed = Await.failure(pool.mapAsync(BadInputTest::failOnSecond, inputs));
      assertThat(failed)
          .isInstanceOf(MapFailedException.class)
          .hasCauseInstanceOf(WorkerDiedException.class)
          .hasMessageContaining(Shy.class.getName());
      assertThat(pool.killedTasks().getFirst().argument()).contains(Shy.class.getName());
      assertThat(pool.outcomes(BadInputTest::failOnSecond, inputs)).hasSize(3);
    }
  }

  @Test
  void aVeryLongTextOfAnInputIsCut() throws Exception {
    String text = "x".repeat(100_000);
    try (ProcessPool pool = builder().build()) {
      Throwable failed =
          Await.failure(
              pool.mapAsync(
                  input -> {
                    Runtime.getRuntime().halt(1);
                    return input;
                  },
                  List.of(text)));
      assertThat(failed.getMessage()).hasSizeLessThan(2_000);
      assertThat(pool.killedTasks().getFirst().argument()).hasSize(200);
    }
  }

  @Test
  void manyTasksThatAreNeverLookedAtHurtNobody() throws Exception {
    try (ProcessPool pool = builder().build()) {
      IntStream.range(0, 500).forEach(n -> pool.submit(() -> n));
      assertThat(pool.call(() -> -1)).isEqualTo(-1);
    }
  }
}
