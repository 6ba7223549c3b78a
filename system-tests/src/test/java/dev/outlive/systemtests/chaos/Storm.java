package dev.outlive.systemtests.chaos;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.Leftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * One round: a pool whose workers are struck while they are busy, idle and starting, and the
 * ledgers of it. All that is chosen at random follows from the seed; what the machine makes of it
 * does not.
 */
final class Storm {
  private static final Duration LEFT_LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT_LIMIT = Duration.ofSeconds(2);
  private static final int LARGE = 4 << 20;
  private static final int MOST_SMALL = 2_000;
  private static final int MOST_STATUS = 126;
  private static final int LONGEST_CALM_MICROS = 60_000;

  /** Thousands of deaths would be told at WARNING; held, so that it stays as it is set. */
  private static final Logger QUIET = Logger.getLogger("dev.outlive");

  private final Plan plan;
  private final Books books;
  private final SplittableRandom ofTasks;
  private final SplittableRandom ofStrikes;
  private final SplittableRandom ofDisturbances;
  private final Map<Integer, StormTask> tasks = new ConcurrentHashMap<>();
  private volatile boolean goesOn = true;
  private volatile long lastMove = System.nanoTime();

  private Storm(Plan plan, long seed, Books books) {
    this.plan = plan;
    this.books = books;
    SplittableRandom random = new SplittableRandom(seed);
    this.ofTasks = random.split();
    this.ofStrikes = random.split();
    this.ofDisturbances = random.split();
  }

  /** Has a round, and writes its ledgers. */
  static void round(
      Plan plan, List<Disturbance> disturbances, long seed, Books books, Fault.Type fault)
      throws Exception {
    round(plan, disturbances, seed, books, fault, () -> {});
  }

  /** The same, and tells when the first batch is done. */
  static void round(
      Plan plan,
      List<Disturbance> disturbances,
      long seed,
      Books books,
      Fault.Type fault,
      Runnable underWay)
      throws Exception {
    Level usual = QUIET.getLevel();
    QUIET.setLevel(Level.SEVERE);
    try {
      Leftovers before = new Leftovers();
      new Storm(plan, seed, books).round(disturbances, fault, underWay);
      books.leave(before.within(fault.leaks() ? SHORT_LIMIT : LEFT_LIMIT));
    } finally {
      QUIET.setLevel(usual);
    }
  }

  private void round(List<Disturbance> disturbances, Fault.Type type, Runnable underWay)
      throws Exception {
    try (Books.Caller caller = new Books.Caller(books);
        Books.Injector injector = new Books.Injector(books);
        Ledger _ = new Ledger(books.attempts());
        ExecutorService streaming = streamer();
        Fault fault = new Fault(type, caller)) {
      ProcessPoolBuilder settings = settings(caller);
      for (Disturbance disturbance : disturbances) {
        disturbance.prepare(settings);
      }
      try (ProcessPool pool = settings.build()) {
        Striker striker = new Striker(pool, injector);
        List<Thread> beside = new ArrayList<>();
        beside.add(start(new HalfWay(striker, tasks), pool, injector));
        for (Disturbance disturbance : disturbances) {
          if (disturbance.fromTheFirst()) {
            beside.add(start(disturbance, pool, injector));
          }
        }
        for (int batch = 0; goesOn && batch < plan.batches(); batch++) {
          batch(pool, batch, caller, injector, fault, striker, streaming);
          if (batch == 0) {
            underWay.run();
            for (Disturbance disturbance : disturbances) {
              if (!disturbance.fromTheFirst()) {
                beside.add(start(disturbance, pool, injector));
              }
            }
          }
        }
        goesOn = false;
        for (Thread thread : beside) {
          thread.join();
        }
      }
      if (!caller.heardOfTheEnd()) {
        caller.gaveUp();
      }
      for (Disturbance disturbance : disturbances) {
        disturbance.cleanUp();
      }
    }
  }

  private ProcessPoolBuilder settings(Books.Caller caller) {
    ProcessPoolBuilder settings =
        ProcessPool.builder()
            .name("storm")
            .workers(plan.load().workers(), plan.load().workers())
            .warmSpares(ofTasks.nextInt(2))
            .jvmArgs(Await.QUICK_START)
            .frozenAfter(plan.limits().frozenAfter())
            .grace(Duration.ofSeconds(5))
            .restartLimit(1_000, Duration.ofSeconds(1))
            .onCrash(FailurePolicy.FAIL)
            .history(100)
            .listener(caller::told);
    return plan.load().attempts() == 1
        ? settings
        : settings.retry(RetryPolicy.onCrash().attempts(plan.load().attempts()));
  }

  private Thread start(Disturbance disturbance, ProcessPool pool, Books.Injector injector) {
    Disturbance.Scene scene =
        new Disturbance.Scene(pool, ofDisturbances.split(), plan, books, injector, () -> goesOn);
    return Thread.ofPlatform()
        .name("disturbance-" + disturbance.getClass().getSimpleName())
        .start(
            () -> {
              try {
                disturbance.disturb(scene);
              } catch (Exception e) {
                throw new IllegalStateException("a disturbance has failed", e);
              }
            });
  }

  // ---- a batch: all of its tasks are submitted and worked at; then all is idle

  private void batch(
      ProcessPool pool,
      int batch,
      Books.Caller caller,
      Books.Injector injector,
      Fault fault,
      Striker striker,
      ExecutorService streaming)
      throws Exception {
    List<StormTask> work = draw(batch);
    CountDownLatch open = new CountDownLatch(work.size());
    for (StormTask task : work) {
      tasks.put(task.id(), task);
      injector.ordered(task);
      caller.submitted(task);
    }
    lastMove = System.nanoTime();
    Future<?> streamed = streaming.submit(() -> stream(pool, work, open, fault));
    submit(pool, work, open, fault);
    for (int i = 0; i < plan.strikes().busy() && open.getCount() > 0; i++) {
      LockSupport.parkNanos(ofStrikes.nextInt(LONGEST_CALM_MICROS) * 1_000L);
      striker.kill(Kind.BUSY, WorkerState.BUSY, ofStrikes);
    }
    await(pool, open, caller);
    if (goesOn) {
      streamed.get();
    }
    for (int i = 0; goesOn && i < plan.strikes().idle(); i++) {
      striker.kill(Kind.IDLE, WorkerState.IDLE, ofStrikes);
    }
    for (int i = 0; goesOn && i < plan.strikes().starting(); i++) {
      striker.kill(Kind.STARTING, WorkerState.STARTING, ofStrikes);
    }
  }

  private List<StormTask> draw(int batch) {
    Plan.Load load = plan.load();
    List<StormTask> work = new ArrayList<>();
    for (int i = 0; i < load.tasks(); i++) {
      boolean ordered = i < plan.strikes().ordered();
      List<Kind> orders = plan.strikes().orders();
      Kind order = ordered ? orders.get(ofTasks.nextInt(orders.size())) : null;
      boolean large = order == Kind.HALF_WAY || ofTasks.nextInt(100) < load.largePercent();
      int harmful = load.attempts() == 1 ? 1 : 1 + ofTasks.nextInt(load.attempts() / 2);
      work.add(
          new StormTask(
              books.attempts().toString(),
              batch * load.tasks() + i,
              large ? LARGE : ofTasks.nextInt(MOST_SMALL),
              ofTasks.nextInt(load.longestMicros()),
              order,
              ordered ? harmful : 0,
              ofTasks.nextInt(MOST_STATUS)));
    }
    shuffle(work);
    return work;
  }

  private void shuffle(List<StormTask> work) {
    for (int i = work.size() - 1; i > 0; i--) {
      int j = ofTasks.nextInt(i + 1);
      StormTask moved = work.get(i);
      work.set(i, work.get(j));
      work.set(j, moved);
    }
  }

  // ---- two thirds are submitted one by one; the others are a stream, on a thread of its own

  /** Starts its thread now: later there may be none to be had. */
  private static ExecutorService streamer() {
    ThreadPoolExecutor streamer =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("storm-stream").factory());
    streamer.prestartAllCoreThreads();
    return streamer;
  }

  private static int single(List<StormTask> work) {
    return work.size() * 2 / 3;
  }

  private void submit(ProcessPool pool, List<StormTask> work, CountDownLatch open, Fault fault) {
    for (StormTask task : work.subList(0, single(work))) {
      TaskFuture<byte[]> future = pool.submit(task);
      var _ = future.whenComplete((_, _) -> ended(task, future.outcome(), open, fault));
    }
  }

  private void stream(ProcessPool pool, List<StormTask> work, CountDownLatch open, Fault fault) {
    List<StormTask> streamed = work.subList(single(work), work.size());
    try (Stream<Outcome<byte[]>> outcomes = pool.outcomes(StormTask::call, streamed)) {
      outcomes.forEach(outcome -> ended(streamed.get(outcome.index()), outcome, open, fault));
    }
  }

  private void ended(StormTask task, Outcome<byte[]> outcome, CountDownLatch open, Fault fault) {
    lastMove = System.nanoTime();
    fault.ended(task.id(), outcome);
    open.countDown();
  }

  /** Waits for the end of all, with a watchdog that gives up when nothing moves any more. */
  private void await(ProcessPool pool, CountDownLatch open, Books.Caller caller)
      throws InterruptedException {
    long gap = plan.limits().gap().toNanos();
    boolean warned = false;
    while (goesOn && !open.await(100, TimeUnit.MILLISECONDS)) {
      long still = System.nanoTime() - lastMove;
      if (still > gap && !warned) {
        warned = true;
        System.err.println(
            "nothing has moved for " + still / 1_000_000 + " ms: " + open.getCount() + " open");
        System.err.println(pool.snapshot().toTable());
        Dump.print();
      }
      if (still > 2 * gap) {
        caller.gaveUp();
        goesOn = false;
        pool.shutdownNow();
      }
    }
  }
}
