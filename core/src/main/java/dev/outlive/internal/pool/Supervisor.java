package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.protocol.BulkPlace;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Vitals;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.spi.WorkerSize;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns a pool's state: takes events from any thread, one at a time under its lock, and carries the
 * effects out in their order. No effect blocks and none runs code of the user's: what is to be
 * written goes to the worker's link, which never blocks, what is to be completed to the user
 * threads.
 *
 * <p>Long, as the one place where each effect is carried out.
 */
public final class Supervisor {
  private static final Logger LOG = System.getLogger(Supervisor.class.getName());
  private static final long FAREWELL_MILLIS = 1_000;

  /** How long a loader of this process may take for a class that a worker needs. */
  private static final long CLASS_MILLIS = 10_000;

  private final String name;
  private final WorkerBackend backend;
  private final PoolOutput output;
  private final ClassServer classes;
  private final WorkerCode code;
  private final PoolSegments segments;
  private final ScheduledThreadPoolExecutor clock;
  private final UserThreads users;
  private final Chronicle chronicle;
  private final AtomicLong lastTask = new AtomicLong();
  private final AtomicLong lastFunction = new AtomicLong();
  private final CountDownLatch terminated = new CountDownLatch(1);

  private volatile Runnable afterwards = () -> {};

  private final ReentrantLock lock = new ReentrantLock();
  private final PoolState state; // all below: guarded by lock
  private final QueueRoom room;
  private final StopReason stopReason;
  private final EventQueue events = new EventQueue();
  private final Alarm alarm;
  private final Map<Long, Ticket> ledger = new HashMap<>();
  private final Map<Integer, WorkerDesk> desks = new HashMap<>();
  private final List<WorkerDesk> senders = new ArrayList<>();
  private boolean applying;
  private boolean faulty;
  private @Nullable Death lost; // the death that is being taken in

  /**
   * Creates a supervisor; no worker is started before there is work.
   *
   * @param code what each worker runs beside its tasks
   * @param queueLimit how much may wait of what is submitted task by task
   */
  public Supervisor(
      Verdicts verdicts,
      PoolRules rules,
      WorkerBackend backend,
      PoolOutput output,
      LoaderTable loaders,
      WorkerCode code,
      QueueLimit queueLimit) {
    this.name = verdicts.pool();
    this.backend = backend;
    this.output = output;
    this.code = code;
    this.chronicle = verdicts.chronicle();
    this.state = new PoolState(rules, chronicle::followed);
    this.room = new QueueRoom(name, queueLimit, lock);
    this.stopReason = new StopReason(verdicts);
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("outlive-" + name + "-clock").factory());
    clock.prestartCoreThread(); // so that no alarm ever needs a thread that is not to be had
    clock.setRemoveOnCancelPolicy(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.alarm = new Alarm(clock, () -> on(new Event.AlarmRang()));
    this.segments =
        new PoolSegments(backend.segments().map(BulkPlace::of), verdicts.maxResultBytes(), clock);
    this.classes = new ClassServer(name, loaders, clock, CLASS_MILLIS);
    this.users = new UserThreads("outlive-" + name + "-user", UserThreads.MOST_THREADS, clock);
  }

  // ---- what callers ask for

  long nextTask() {
    return lastTask.incrementAndGet();
  }

  /**
   * Takes a task in.
   *
   * @throws RejectedExecutionException if the pool takes none any more
   */
  void submit(Ticket ticket) {
    lock.lock();
    try {
      rejectUnlessOpen();
      ledger.put(ticket.task, ticket);
      chronicle.submitted(ticket);
      on(
          new Event.TaskSubmitted(
              ticket.task,
              ticket.submission.name(),
              ticket.items(),
              ticket.chunk(),
              ticket.submission.rules()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a task in once there is room in the queue for it.
   *
   * @param bytes how large its arguments are
   * @throws RejectedExecutionException if the pool takes none any more, or has no room
   * @throws InterruptedException if the caller is interrupted while it waits for room
   */
  void submitWhenRoom(Ticket ticket, long bytes) throws InterruptedException {
    lock.lock();
    try {
      rejectUnlessOpen();
      room.take(ticket.task, bytes);
      submit(ticket);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does nothing while the pool takes tasks.
   *
   * @throws RejectedExecutionException once it does not; the cause says why it was stopped, if it
   *     was
   */
  void rejectUnlessOpen() {
    lock.lock();
    try {
      if (isOpen()) {
        return;
      }
      throw stopReason.rejection();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the pool takes tasks. */
  public boolean isOpen() {
    lock.lock();
    try {
      return state.phase() == PoolSnapshot.State.OPEN && !faulty;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what takes the large parts of arguments. */
  SegmentStore arguments() {
    return segments.arguments();
  }

  Chronicle chronicle() {
    return chronicle;
  }

  long nextFunction() {
    return lastFunction.incrementAndGet();
  }

  /** No task will refer to the function any more. */
  void forgetFunction(long function) {
    lock.lock();
    try {
      desks.values().forEach(desk -> desk.forget(function));
      if (!applying) {
        sendAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has code of the user's run that belongs to no task. */
  void later(Runnable job) {
    users.executeAnyway(job);
  }

  void abandon(long task) {
    on(new Event.TaskAbandoned(task));
  }

  /** Ends a task if none of it is being worked at; returns whether this has ended it. */
  boolean withdraw(long task) {
    lock.lock();
    try {
      if (!ledger.containsKey(task)) {
        return false; // it has ended before, however late that is told
      }
      on(new Event.WithdrawalAsked(task));
      return !ledger.containsKey(task);
    } finally {
      lock.unlock();
    }
  }

  /** The pool is there: it starts what workers it wants without work. */
  public void open() {
    backend.watchMemory(view -> on(new Event.MemorySeen(view)));
    on(new Event.PoolOpened());
  }

  /** Takes no more tasks and ends when those that came are finished. */
  public void shutdown() {
    on(new Event.ShutdownAsked());
  }

  /** Ends all work now. */
  public void stop() {
    on(new Event.StopAsked());
  }

  /** Has something done once the pool has ended, before those who wait for that are told. */
  public void onTermination(Runnable action) {
    afterwards = action;
  }

  /** Returns the state of the pool. */
  public PoolSnapshot snapshot() {
    lock.lock();
    try {
      return state.snapshot(name, this::row);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether no worker, thread or file of the pool is left. */
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  /** Waits until the pool has ended; returns false if the time is over before. */
  public boolean awaitTermination(long nanos) throws InterruptedException {
    return terminated.await(nanos, TimeUnit.NANOSECONDS);
  }

  // ---- events

  /**
   * Takes an event in. Events that come up meanwhile, on this thread, wait their turn. An error
   * here is a bug, after which the state cannot be trusted: the pool breaks, and still nobody waits
   * for ever.
   */
  void on(Event event) {
    on(List.of(event));
  }

  /** As {@link #on(Event)}, of each. */
  void on(List<Event> more) {
    lock.lock();
    try {
      events.add(more);
      if (!applying && !faulty) {
        applyAll();
      }
      if (faulty || state.phase() != PoolSnapshot.State.OPEN) {
        room.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private void applyAll() {
    applying = true;
    try {
      do {
        for (Event next = events.next(); next != null; next = events.next()) {
          lost = next instanceof Event.WorkerDied died ? died.death() : null;
          state.apply(next, System.nanoTime(), this::carryOut);
        }
        sendAll();
      } while (!events.isEmpty());
      chronicle.writeLog();
    } catch (Throwable bug) {
      breakDown(bug);
    } finally {
      applying = false;
    }
  }

  /** A worker broke the protocol: what it has said in the same breath does not count. */
  void hearsNoMore(int worker) {
    events.drop(worker);
  }

  /** There is something to be sent to a worker once all that follows is known. */
  void sendsLater(WorkerDesk desk) {
    senders.add(desk);
  }

  private void sendAll() {
    senders.forEach(WorkerDesk::sendAll);
    senders.clear();
  }

  private void breakDown(Throwable bug) {
    faulty = true;
    LOG.log(Level.ERROR, "pool \"" + name + "\" is broken by a bug of Outlive", bug);
    Supplier<RuntimeException> reason = stopReason.bug(bug);
    for (Ticket ticket : ledger.values()) {
      ticket.later(ticket.stopping(reason), users);
    }
    ledger.clear();
    senders.clear();
    try {
      desks.values().forEach(desk -> desk.kill(KillReason.ABORTED, ""));
    } finally {
      finishTermination();
    }
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.LaunchWorker e -> launch(e.worker(), e.size());
      case Effect.WatchMemory e -> backend.watchMemoryClosely(e.closely());
      case Effect.Deliver e -> {
        room.leave(e.task());
        desk(e.worker()).deliver(e, ticket(e.task()));
      }
      case Effect.Revoke e ->
          events.answer(
              new Event.RevokeAnswered(
                  e.worker(), e.delivery(), e.why(), desk(e.worker()).revoke(e)));
      case Effect.Interrupt e -> desk(e.worker()).interrupt(e.delivery());
      case Effect.KillWorker e -> desk(e.worker()).kill(e.reason(), e.evidence());
      case Effect.DismissWorker e -> desk(e.worker()).dismiss();
      case Effect.ForgetWorker e -> desks.remove(e.worker());
      case Effect.RecordLoss e -> recordLoss(e);
      case Effect.CompleteItem e -> {
        Ticket ticket = ticket(e.task());
        chronicle.answered(ticket, e.item());
        segments.freed(ticket.freeItem(e.item()));
        ticket.later(() -> ticket.complete(e.item(), e.verdict()), users);
      }
      case Effect.CompleteItems e -> {
        Ticket ticket = ticket(e.task());
        segments.freed(ticket.freeItems(e.row().from(), e.row().to()));
        ticket.later(() -> ticket.completeAll(e), users);
      }
      case Effect.EndTask e -> endTask(e);
      case Effect.SetAlarm e -> alarm.set(e.atNanos());
      case Effect.Tell e -> tell(e.event());
      case Effect.FinishTermination e -> finishTermination();
    }
  }

  private void launch(int worker, WorkerSize size) {
    WorkerDesk desk =
        new WorkerDesk(worker, this, output.ofWorker(worker), classes, code, segments);
    desks.put(worker, desk);
    desk.seat(backend.launch(worker, size, desk));
  }

  private WorkerDesk desk(int worker) {
    WorkerDesk desk = desks.get(worker);
    if (desk == null) {
      throw new AssertionError(
          "no worker has the number " + worker + ", there are " + desks.keySet());
    }
    return desk;
  }

  private Ticket ticket(long task) {
    Ticket ticket = ledger.get(task);
    if (ticket == null) {
      throw new AssertionError("no task has the number " + task);
    }
    return ticket;
  }

  private void recordLoss(Effect.RecordLoss e) {
    Ticket ticket = ticket(e.task());
    Attempt attempt = lost == null ? Attempt.NONE : Attempt.lost(lost, System.nanoTime());
    ticket.later(
        () -> {
          ticket.lost(attempt);
          chronicle.lost(ticket, e);
        },
        users);
  }

  private void endTask(Effect.EndTask e) {
    Ticket ticket = ticket(e.task());
    Runnable end =
        switch (e.ending()) {
          case Ending.AllDone done -> ticket::finish;
          case Ending.Failed failed -> () -> ticket.fail(failed.item());
          case Ending.Abandoned gone -> ticket::cancel;
          case Ending.ShutDown shutDown -> ticket::cancel;
          case Ending.Aborted aborted ->
              ticket.stopping(
                  stopReason.aborted(
                      () -> ticket(aborted.culprit()).submission, aborted.verdict()));
          case Ending.Broken broken -> ticket.stopping(stopReason.broken(broken.causes()));
        };
    ledger.remove(e.task());
    room.leave(e.task());
    segments.freed(ticket.freeAll());
    SharedFunction function = ticket.function();
    if (function != null && ticket.ownsFunction()) {
      forgetFunction(function.number());
    }
    ticket.later(end, users);
  }

  /** A worker's initializer threw. */
  void initializerThrew(ByteBuffer copy) {
    lock.lock();
    try {
      stopReason.initializerThrew(copy);
    } finally {
      lock.unlock();
    }
  }

  private void tell(PoolEvent event) {
    switch (event) {
      case PoolEvent.TaskStarted e -> chronicle.started(ticket(e.task()), e);
      case PoolEvent.TaskRetried e -> chronicle.retried(ticket(e.task()), e);
      case PoolEvent.TaskPreempted e -> chronicle.preempted(ticket(e.task()), e);
      case PoolEvent.TaskWaitsForMemory e -> chronicle.waits(ticket(e.task()), e);
      case PoolEvent.PoolBroken broken -> {
        LOG.log(Level.ERROR, stopReason.broken(broken.causes()).get().getMessage());
        chronicle.tell(broken);
      }
      default -> chronicle.tell(event);
    }
  }

  /** What is known of a worker, for people. */
  private PoolSnapshot.Worker row(Seat seat) {
    Delivery at = seat.at();
    WorkerDesk desk = desks.get(seat.worker);
    Vitals vitals = desk == null ? Vitals.NONE : desk.vitals(System.nanoTime());
    return StatusRow.of(seat, at == null ? null : ledger.get(at.job.id), vitals);
  }

  /** The rest may block, and this is an event's thread: so on one of its own. */
  private void finishTermination() {
    try {
      Thread.ofPlatform().daemon().name("outlive-" + name + "-close").start(this::finish);
    } catch (OutOfMemoryError e) { // no thread to be had: the clock has one, and no more to do
      clock.execute(this::finish);
    }
  }

  private void finish() {
    try {
      segments.close();
      backend.close();
      classes.close();
      users.close(FAREWELL_MILLIS);
      output.close(FAREWELL_MILLIS);
      clock.shutdown();
      chronicle.tell(new PoolEvent.PoolTerminated());
      chronicle.writeLog();
      afterwards.run();
    } finally {
      terminated.countDown();
    }
    chronicle.close(FAREWELL_MILLIS);
    users.decodingWatch().lookToTheEnd();
  }
}
