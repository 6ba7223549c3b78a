package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.PoolAbortedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream is lazy, bounded and ordered, and ends what it has begun. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StreamTest {
  private static final int WORKERS = 2;

  /** Four for each worker. */
  private static final int WINDOW = 4 * WORKERS;

  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("stream")
        .workers(WORKERS)
        .jvmArgs(Await.QUICK_START)
        .grace(Duration.ofMillis(500));
  }

  /** 0, 1, 2 ... without end; counts what is taken of it and how often it is closed. */
  private Stream<Integer> endless() {
    return Stream.iterate(0, n -> n + 1)
        .peek(n -> taken.incrementAndGet())
        .onClose(closed::incrementAndGet);
  }

  private static void awaitNothingOpen(ProcessPool pool) {
    Await.until("all has ended", () -> open(pool) == 0);
  }

  private static long open(ProcessPool pool) {
    return pool.snapshot().queued() + pool.snapshot().running();
  }

  static int square(int n) {
    return n * n;
  }

  /** Later inputs are sooner done. */
  static int backwards(int n) throws InterruptedException {
    Thread.sleep(n % 2 == 0 ? 20 : 0);
    return n;
  }

  static int failsOn(int n, int culprit) {
    if (n == culprit) {
      throw new IllegalArgumentException("the culprit");
    }
    return n;
  }

  static int diesOn(int n, int culprit) {
    if (n == culprit) {
      Runtime.getRuntime().halt(1);
    }
    return n;
  }

  static int hangsOn(int n, int culprit) throws InterruptedException {
    if (n == culprit) {
      Thread.sleep(Duration.ofMinutes(5));
    }
    return n;
  }

  /** Returns at once for the first inputs, then never. */
  static int endlessFrom(int n, int first) throws InterruptedException {
    if (n >= first) {
      Thread.sleep(Duration.ofMinutes(5));
    }
    return n;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void outputsComeInTheOrderOfTheInputs(int chunk) {
    MapOptions options = MapOptions.DEFAULTS.withChunk(chunk);
    List<Integer> inputs = IntStream.range(0, 100).boxed().toList();
    try (ProcessPool pool = builder().build()) {
      assertThat(pool.stream(StreamTest::backwards, inputs, options)).isEqualTo(inputs);
      assertThat(pool.stream(StreamTest::backwards, inputs.stream(), options).toList())
          .isEqualTo(inputs);
      assertThat(pool.outcomes(StreamTest::backwards, inputs.stream(), options))
          .allMatch(outcome -> outcome.orThrow() == outcome.index())
          .extracting(Outcome::index)
          .containsExactlyInAnyOrderElementsOf(inputs);
    }
  }

  @Test
  void withoutInputsOrBeforeAnybodyAsksNothingIsTakenAndNothingStarts() {
    try (ProcessPool pool = builder().build()) {
      Stream<Integer> unused = pool.stream(StreamTest::square, endless());
      assertThat(pool.stream(StreamTest::square, List.of())).isEmpty();
      assertThat(taken).hasValue(0);
      assertThat(pool.snapshot().workers()).isEmpty();
      unused.close();
      assertThat(closed).hasValue(1);
    }
  }

  @Test
  void anEndlessSourceIsTakenOnlySoFarAndClosedWithItsStream() {
    try (ProcessPool pool = builder().build()) {
      try (Stream<Integer> squares = pool.stream(StreamTest::square, endless())) {
        assertThat(squares.limit(50).toList())
            .isEqualTo(IntStream.range(0, 50).map(n -> n * n).boxed().toList());
      }
      assertThat(taken.get()).isBetween(50, 50 + WINDOW);
      assertThat(closed).hasValue(1);
      awaitNothingOpen(pool);
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @Test
  void aPoolThatStopsTellsEachInputOnceAlsoOfAChunkThatWasPartlyConsumed() {
    try (ProcessPool pool = builder().build()) {
      List<Integer> inputs = IntStream.range(0, 40).boxed().toList();
      Iterator<Outcome<Integer>> outcomes =
          pool.outcomes(StreamTest::square, inputs, MapOptions.DEFAULTS.withChunk(4)).iterator();
      List<Integer> told = new ArrayList<>();
      told.add(outcomes.next().index());
      told.add(outcomes.next().index());
      pool.shutdownNow();
      assertThatThrownBy(
              () -> {
                while (outcomes.hasNext()) {
                  told.add(outcomes.next().index());
                }
              })
          .isInstanceOf(RejectedExecutionException.class);
      assertThat(told).hasSizeGreaterThanOrEqualTo(2).doesNotHaveDuplicates();
    }
  }

  @Test
  void aConsumerThatThrowsEndsWhatIsAheadAndClosesTheSource() {
    try (ProcessPool pool = builder().build()) {
      Stream<Integer> squares = pool.stream(StreamTest::square, endless());
      assertThatThrownBy(
              () ->
                  squares.forEach(
                      n -> {
                        throw new IllegalStateException("enough");
                      }))
          .hasMessage("enough");
      assertThat(closed).hasValue(1);
      awaitNothingOpen(pool);
    }
  }

  @Test
  void anIteratorTakesNoMoreThanItHasRoomForHoweverLongNobodyConsumes() {
    try (ProcessPool pool = builder().build();
        Stream<Integer> stream = pool.stream(StreamTest::square, endless())) {
      Iterator<Integer> squares = stream.iterator();
      assertThat(squares.next()).isZero();
      Await.until("what was taken is done", () -> pool.snapshot().done() == taken.get());
      assertThat(taken.get()).isLessThanOrEqualTo(WINDOW + 1);
      assertThat(squares.next()).isEqualTo(1);
    }
  }

  @Test
  void whatIsInFlightIsBoundedByTheBytesOfInputsAndOfResults() {
    int mebi = 1 << 20;
    int most = (int) (Math.min(64L * mebi, Runtime.getRuntime().maxMemory() / 8) / (4 * mebi));
    MapOptions chunks = MapOptions.DEFAULTS.withChunk(100);
    try (ProcessPool pool = builder().build()) {
      try (Stream<Integer> sizes =
          pool.stream(
              (byte[] bytes) -> bytes.length, endless().map(n -> new byte[4 * mebi]), chunks)) {
        assertThat(sizes.iterator().next()).isEqualTo(4 * mebi);
        assertThat(taken.get()).isLessThanOrEqualTo(Math.max(WINDOW, most) + 2);
      }
      awaitNothingOpen(pool);
      taken.set(0);
      try (Stream<byte[]> results =
          pool.stream((Integer n) -> new byte[4 * mebi], endless(), chunks)) {
        Iterator<byte[]> iterator = results.iterator();
        long before = pool.snapshot().done();
        for (int i = 0; i < 30; i++) {
          assertThat(iterator.next()).hasSize(4 * mebi);
        }
        assertThat(taken.get()).isLessThanOrEqualTo(30 + Math.max(WINDOW, most) + 2);
        assertThat(pool.snapshot().done() - before).isGreaterThanOrEqualTo(30);
      }
      awaitNothingOpen(pool);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aFailureIsThrownInItsPlaceAndEndsTheRest(int chunk) throws Exception {
    try (ProcessPool pool = builder().build()) {
      List<Integer> seen = new ArrayList<>();
      Throwable error =
          catchThrowable(
              () ->
                  pool.stream(
                          n -> failsOn(n, 20), endless(), MapOptions.named("f").withChunk(chunk))
                      .forEach(seen::add));
      assertThat(seen).isEqualTo(IntStream.range(0, 20).boxed().toList());
      assertThat(error)
          .isInstanceOf(MapFailedException.class)
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("run \"f\" failed at index 20, input 20: the culprit");
      MapFailedException failed = (MapFailedException) error;
      assertThat(failed.index()).isEqualTo(20);
      assertThat(failed.input()).isEqualTo(20);
      assertThat(failed.outcomes().getFirst().index()).isEqualTo(20);
      assertThat(failed.outcomes()).hasSizeLessThanOrEqualTo(WINDOW * chunk);
      assertThat(failed.getStackTrace()[0].getClassName()).contains("StreamTest");
      assertThat(taken.get()).isLessThanOrEqualTo(21 + (WINDOW + 1) * chunk);
      assertThat(closed).hasValue(1);
      awaitNothingOpen(pool);
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void aSkippedInputIsNullInItsPlaceAndCostsItsChunkNothing() {
    MapOptions skipping = MapOptions.named("skip").withChunk(10).withOnCrash(FailurePolicy.SKIP);
    List<Integer> inputs = IntStream.range(0, 40).boxed().toList();
    try (ProcessPool pool = builder().build()) {
      assertThat(pool.stream(n -> diesOn(n, 25), inputs, skipping).toList())
          .hasSize(40)
          .containsOnlyOnce((Integer) null)
          .doesNotContain(25)
          .contains(24, 26, 39);
      Await.until("the loss is listed", () -> pool.killedTasks().size() == 1);
      assertThat(pool.killedTasks())
          .extracting(KilledTask::index, KilledTask::argument)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(25, "25"));
      assertThat(pool.snapshot().deaths()).isEqualTo(1);
    }
  }

  @Test
  void anAbortEndsAllStreamsOfThePool() {
    try (ProcessPool pool = builder().build()) {
      Iterator<Integer> other = pool.stream(n -> hangsOn(n, 1), endless()).iterator();
      assertThat(other.next()).isZero();
      MapOptions aborting = MapOptions.named("abort").withOnException(FailurePolicy.ABORT);
      assertThatThrownBy(() -> pool.stream(n -> failsOn(n, 3), endless(), aborting).count())
          .isInstanceOf(PoolAbortedException.class)
          .hasMessageContaining("task \"abort\" failed under the policy ABORT");
      assertThatThrownBy(other::next).isInstanceOf(PoolAbortedException.class);
      assertThat(closed).hasValue(2);
    }
  }

  @Test
  void anAbandonedStreamEndsItsTasksAndClosesItsInputs() {
    try (ProcessPool pool = builder().build()) {
      abandonAfterOne(pool);
      Await.until(
          "the collector has found it",
          () -> {
            System.gc();
            return open(pool) == 0 && closed.get() == 1;
          });
      assertThat(taken.get()).isLessThanOrEqualTo(WINDOW + 1);
    }
  }

  private void abandonAfterOne(ProcessPool pool) {
    assertThat(pool.stream(n -> endlessFrom(n, 1), endless()).iterator().next()).isZero();
    assertThat(open(pool)).isPositive();
  }

  @Test
  void anAbandonedGathererEndsItsTasks() {
    try (ProcessPool pool = builder().build()) {
      assertThatThrownBy(
              () ->
                  endless()
                      .map(n -> failsOn(n, 3))
                      .gather(pool.gatherer((Integer n) -> endlessFrom(n, 0)))
                      .count())
          .hasMessage("the culprit");
      Await.until(
          "the collector has found it",
          () -> {
            System.gc();
            return open(pool) == 0;
          });
    }
  }

  @Test
  void anInterruptedConsumerEndsItsTasks() throws Exception {
    AtomicBoolean flag = new AtomicBoolean();
    try (ProcessPool pool = builder().build()) {
      FutureTask<Long> consumer =
          new FutureTask<>(
              () -> {
                try {
                  return pool.stream(n -> endlessFrom(n, 0), endless()).count();
                } finally {
                  flag.set(Thread.currentThread().isInterrupted());
                }
              });
      Thread thread = Thread.ofPlatform().start(consumer);
      Await.busyWorker(pool);
      thread.interrupt();
      assertThatThrownBy(() -> consumer.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
      assertThat(flag).isTrue();
      assertThat(closed).hasValue(1);
      awaitNothingOpen(pool);
    }
  }

  @Test
  void aPoolThatIsShutDownFinishesWhatAStreamHadHandedIn() {
    List<Integer> seen = new ArrayList<>();
    try (ProcessPool pool = builder().build()) {
      Iterator<Integer> squares = pool.stream(StreamTest::square, endless()).iterator();
      seen.add(squares.next());
      pool.shutdown();
      assertThatThrownBy(() -> squares.forEachRemaining(seen::add))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("shut down");
      assertThat(seen).hasSizeBetween(2, WINDOW + 1);
      assertThat(seen).isEqualTo(IntStream.range(0, seen.size()).map(n -> n * n).boxed().toList());
    }
    assertThat(closed).hasValue(1);
  }

  @Test
  void aPoolThatIsStoppedCancelsItsStreams() {
    try (ProcessPool pool = builder().build()) {
      Iterator<Integer> stream = pool.stream(n -> endlessFrom(n, 1), endless()).iterator();
      assertThat(stream.next()).isZero();
      pool.shutdownNow();
      assertThatThrownBy(stream::next)
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("shut down");
    }
  }

  // ---- gatherer

  @Test
  void aGathererMapsInOrderInAnyStreamOfTheJdk() {
    List<Integer> inputs = IntStream.range(0, 60).boxed().toList();
    try (ProcessPool pool = builder().build()) {
      var gatherer = pool.gatherer(StreamTest::backwards, MapOptions.DEFAULTS.withChunk(4));
      assertThat(inputs.stream().gather(gatherer).toList()).isEqualTo(inputs);
      assertThat(inputs.parallelStream().gather(gatherer).toList()).isEqualTo(inputs);
      assertThat(Stream.<Integer>empty().gather(gatherer)).isEmpty();
      awaitNothingOpen(pool);
    }
  }

  @Test
  void aGathererEndsItsTasksWhereALaterStepWantsNoMore() {
    try (ProcessPool pool = builder().build()) {
      assertThat(endless().gather(pool.gatherer(StreamTest::square)).limit(30))
          .isEqualTo(IntStream.range(0, 30).map(n -> n * n).boxed().toList());
      assertThat(taken.get()).isBetween(30, 31 + WINDOW);
      assertThat(endless().gather(pool.gatherer((Integer n) -> endlessFrom(n, 2))).limit(2))
          .containsExactly(0, 1);
      awaitNothingOpen(pool);
    }
  }

  @Test
  void aGathererFailsAndSkipsAsAStreamDoes() {
    try (ProcessPool pool = builder().build()) {
      assertThatThrownBy(
              () -> endless().gather(pool.gatherer((Integer n) -> failsOn(n, 20))).count())
          .isInstanceOf(MapFailedException.class)
          .hasMessageContaining("index 20");
      awaitNothingOpen(pool);
      MapOptions skipping = MapOptions.named("skip").withOnException(FailurePolicy.SKIP);
      assertThat(
              Stream.of(0, 1, 2)
                  .gather(pool.gatherer((Integer n) -> failsOn(n, 1), skipping))
                  .toList())
          .isEqualTo(Arrays.asList(0, null, 2));
    }
  }

  @Test
  void aGatherersWaitIsNotInterruptible() {
    try (ProcessPool pool = builder().build()) {
      Thread.currentThread().interrupt();
      assertThat(Stream.of(1, 2, 3).gather(pool.gatherer(StreamTest::square)).toList())
          .containsExactly(1, 4, 9);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
