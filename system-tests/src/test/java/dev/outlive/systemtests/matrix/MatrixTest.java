package dev.outlive.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.Kernel;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to come to harm in every place: what it is called, who is charged, whether the worker
 * lives on. Budget: 60 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class MatrixTest {
  /**
   * What is due in each cell. With {@code !} the task is charged and its worker dies, with {@code
   * +} the task is charged and its worker lives, with {@code -} nobody is charged and the worker
   * dies; {@code lives}: nothing happens to anybody.
   */
  private static final String DUE =
      """
      place            EXIT_0     EXIT_7     HALT_9  SIGKILL   SIGSEGV        SIGSTOP    HEAP_OOM  STACK_OVERFLOW       ENDLESS_LOOP  UNDECODABLE
      DECODE           EXIT!      EXIT!      HALT!   SIGKILL!  NATIVE_CRASH!  FROZEN!    HEAP_OOM! UNDECODABLE+         TIMEOUT!      UNDECODABLE+
      TASK             EXIT!      EXIT!      HALT!   SIGKILL!  NATIVE_CRASH!  FROZEN!    HEAP_OOM! EXCEPTION+           TIMEOUT!      EXCEPTION+
      ENCODE           EXIT!      EXIT!      HALT!   SIGKILL!  NATIVE_CRASH!  FROZEN!    HEAP_OOM! UNDECODABLE+         TIMEOUT!      UNDECODABLE+
      INITIALIZER      EXIT-      EXIT-      HALT-   SIGKILL-  NATIVE_CRASH-  FROZEN-    HEAP_OOM- INITIALIZER_FAILED-  START_FAILED- INITIALIZER_FAILED-
      SHUTDOWN_HOOK    HUNG_EXIT! HUNG_EXIT! EXIT!   SIGKILL!  NATIVE_CRASH!  HUNG_EXIT! EXIT!     EXIT!                HUNG_EXIT!    EXIT!
      IDLE             EXIT-      EXIT-      HALT-   SIGKILL-  NATIVE_CRASH-  FROZEN-    HEAP_OOM- lives                lives         lives
      HOLDING_NOTHING  EXIT-      EXIT-      HALT-   SIGKILL-  NATIVE_CRASH-  FROZEN-    HEAP_OOM- lives                lives         lives
      """;

  record Cell(Place place, Way way, String due) {
    Cause cause() {
      return Cause.valueOf(due.substring(0, due.length() - 1));
    }

    /** What has begun its exit and is given up after the grace. */
    boolean hangs() {
      return cause() == Cause.HUNG_EXIT;
    }

    boolean dies() {
      return due.endsWith("!") || due.endsWith("-");
    }

    @Override
    public String toString() {
      return place + " x " + way + " = " + due;
    }
  }

  /** Nothing that ends by itself is to be taken for hung. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private final BlockingQueue<Diagnosis> deaths = new LinkedBlockingQueue<>();

  private static List<Cell> cells(Place place) {
    List<String[]> rows = DUE.lines().map(line -> line.split(" +")).toList();
    List<Cell> cells = new ArrayList<>();
    for (String[] row : rows.subList(1, rows.size())) {
      for (int i = 1; i < row.length; i++) {
        cells.add(new Cell(Place.valueOf(row[0]), Way.valueOf(rows.getFirst()[i]), row[i]));
      }
    }
    return cells.stream().filter(cell -> cell.place() == place).toList();
  }

  static Stream<Cell> inTheInitializer() {
    return cells(Place.INITIALIZER).stream();
  }

  static Stream<Cell> holdingNothing() {
    return cells(Place.HOLDING_NOTHING).stream();
  }

  private ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("matrix")
        .workers(1)
        .maxHeap(Bytes.ofMebibytes(24))
        .grace(Duration.ofMillis(500))
        .jvmArgs(Await.QUICK_START)
        .frozenAfter(Duration.ofSeconds(2))
        .listener(
            event -> {
              if (event instanceof PoolEvent.WorkerDied died && !died.asked()) {
                deaths.add(died.diagnosis());
              }
            });
  }

  /** One pool for all ways: what one cell does to its worker is over before the next. */
  @ParameterizedTest
  @EnumSource(names = {"DECODE", "TASK", "ENCODE", "SHUTDOWN_HOOK"})
  void theTaskIsCharged(Place place) throws Exception {
    Map<Boolean, List<Cell>> hung =
        cells(place).stream().collect(Collectors.partitioningBy(Cell::hangs));
    theTasksAreCharged(hung.get(true), builder());
    theTasksAreCharged(hung.get(false), builder().grace(PATIENT));
  }

  private void theTasksAreCharged(List<Cell> cells, ProcessPoolBuilder builder) throws Exception {
    try (ProcessPool pool = builder.build()) {
      for (Cell cell : cells) {
        theTaskIsCharged(pool, cell);
      }
    }
  }

  private void theTaskIsCharged(ProcessPool pool, Cell cell) throws Exception {
    TaskOptions options = TaskOptions.named(cell.toString());
    if (cell.way() == Way.ENDLESS_LOOP && cell.cause() == Cause.TIMEOUT) {
      options = options.withTimeout(Duration.ofSeconds(1));
    }
    int charged = pool.killedTasks().size();
    long before = pool.call(() -> ProcessHandle.current().pid());
    Throwable error = Await.failure(pool.submit(cell.place().task(cell.way()), options));

    assertThat(causeOf(error)).as("%s", cell).isIn(due(cell));
    long after = pool.call(() -> ProcessHandle.current().pid());
    assertThat(after == before).as("%s: the worker lives on", cell).isEqualTo(!cell.dies());
    assertThat(pool.killedTasks()).as("%s", cell).hasSize(charged + (cell.dies() ? 1 : 0));
    forgetReports();
  }

  /**
   * Without native access nobody can ask the kernel, and an exit had begun. The JVM starts all
   * hooks at once: one that halts or fills the heap may be faster than the one that notes the exit.
   */
  private static Set<Cause> due(Cell cell) {
    boolean hook = cell.place() == Place.SHUTDOWN_HOOK;
    if (hook && cell.way() == Way.HALT_9) {
      return EnumSet.of(cell.cause(), Cause.HALT);
    }
    if (hook && cell.way() == Way.HEAP_OOM) {
      return EnumSet.of(cell.cause(), Cause.HEAP_OOM);
    }
    boolean untold = hook && cell.way() == Way.SIGKILL && !Kernel.tellsExitFromSignal();
    return untold ? EnumSet.of(Cause.EXIT, cell.cause()) : EnumSet.of(cell.cause());
  }

  private static Cause causeOf(Throwable error) {
    return switch (error) {
      case WorkerDiedException died -> {
        assertThat(died.mayHaveStarted()).isTrue();
        yield died.diagnosis().cause();
      }
      case TaskTimeoutException late -> late.diagnosis().cause();
      case UndecodableException e -> Cause.UNDECODABLE;
      default -> Cause.EXCEPTION;
    };
  }

  @ParameterizedTest
  @MethodSource("inTheInitializer")
  void nobodyIsChargedForTheInitializer(Cell cell) throws Exception {
    Way way = cell.way();
    ProcessPoolBuilder builder = builder().restartLimit(1, Duration.ofSeconds(60));
    if (way == Way.ENDLESS_LOOP) {
      builder.startTimeout(Duration.ofSeconds(3));
    }
    try (ProcessPool pool = builder.initializer(way::go).build()) {
      Throwable error = Await.failure(pool.submit(() -> 7));

      assertThat(error).isInstanceOf(PoolBrokenException.class);
      assertThat(((PoolBrokenException) error).causes())
          .extracting(Diagnosis::cause)
          .containsExactly(cell.cause());
      assertThat(pool.killedTasks()).as("charged").isEmpty();
      forgetReports();
    }
  }

  @Test
  void nobodyIsChargedForAnIdleWorker(@TempDir Path directory) throws Exception {
    try (ProcessPool pool = builder().build()) {
      for (Cell cell : cells(Place.IDLE)) {
        Way way = cell.way();
        Path signsOfCell = Files.createDirectory(directory.resolve(way.name()));
        String name = signsOfCell.toString();
        pool.call(() -> Deed.onSign(way, name));
        long pid = pool.call(() -> ProcessHandle.current().pid());
        Await.until("it is idle", () -> Await.workers(pool, WorkerState.IDLE) == 1);
        assertHarmed(pool, cell, signsOfCell, pid);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("holdingNothing")
  void nobodyIsChargedForAWorkerThatHoldsNothing(Cell cell, @TempDir Path directory)
      throws Exception {
    String signs = directory.toString();
    Way way = cell.way();
    Path gate = directory.resolve("gate");
    String gateName = gate.toString();
    Path end = directory.resolve("end");
    String endName = end.toString();
    Action initializer =
        () -> {
          Deed.onSign(way, signs);
          Await.sign(Path.of(gateName));
        };
    try (ProcessPool pool = builder().workers(2).initializer(initializer).build()) {
      TaskFuture<Void> first = pool.submit(() -> Await.sign(Path.of(endName)));
      TaskFuture<Void> second = pool.submit(() -> {});
      Await.until("two start", () -> pool.snapshot().workers().size() == 2);
      second.cancel(true);
      Files.createFile(gate);
      Await.until("one is idle", () -> Await.workers(pool, WorkerState.IDLE) == 1);
      long pid =
          pool.snapshot().workers().stream()
              .filter(worker -> worker.state() == WorkerState.IDLE)
              .mapToLong(worker -> worker.pid().getAsLong())
              .findFirst()
              .orElseThrow();
      assertHarmed(pool, cell, directory, pid);
      Files.createFile(end);
      Await.result(first);
    }
  }

  private void assertHarmed(ProcessPool pool, Cell cell, Path directory, long pid)
      throws IOException, InterruptedException {
    Files.createFile(Deed.sign(directory, pid));
    if (cell.dies()) {
      Diagnosis diagnosis = deaths.poll(30, TimeUnit.SECONDS);
      assertThat(diagnosis).as("%s", cell).isNotNull();
      assertThat(diagnosis.cause()).as("%s", cell).isEqualTo(cell.cause());
      assertThat(diagnosis.pid()).hasValue(pid);
      forgetReport(diagnosis);
    }
    assertThat(pool.killedTasks()).as("%s", cell).isEmpty();
    if (pool.snapshot().workers().stream().noneMatch(w -> w.state() == WorkerState.BUSY)) {
      long after = pool.call(() -> ProcessHandle.current().pid());
      assertThat(after == pid).as("%s: the worker lives on", cell).isEqualTo(!cell.dies());
    }
    assertThat(deaths).isEmpty();
  }

  private void forgetReports() throws IOException {
    for (Diagnosis diagnosis = deaths.poll(); diagnosis != null; diagnosis = deaths.poll()) {
      forgetReport(diagnosis);
    }
  }

  private static void forgetReport(Diagnosis diagnosis) throws IOException {
    if (diagnosis.crashReport().isPresent()) {
      Files.deleteIfExists(diagnosis.crashReport().get());
    }
  }
}
