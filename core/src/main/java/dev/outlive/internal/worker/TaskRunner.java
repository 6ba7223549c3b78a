package dev.outlive.internal.worker;

import dev.outlive.failure.UndecodableException;
import dev.outlive.internal.protocol.ErrorCopy;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerPage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a worker that runs the user's code: takes deliveries in order, runs their items one
 * by one, and publishes each result before it begins the next.
 *
 * <p>Each step is first won in the page, by compare-and-set. Where the pool has won instead, the
 * delivery was revoked: nothing more of it is published, and the pool is told that it is passed
 * over. Where it was late, the pool kills this worker: it begins nothing more, since that would be
 * lost half-way. Long, as the one place where the way of an item through a worker is told.
 */
final class TaskRunner implements Runnable {
  /** Instead of the place of an item: the delivery was revoked. */
  private static final int REVOKED = -1;

  private final int worker;
  private final WorkerPage page;
  private final AnswerLink answers;
  private final TaggedOutput output;
  private final LastWords lastWords;
  private final ServedLoaders loaders;
  private final Values values;
  private final ResultCode results;
  private final ResultRow row;
  private final ThreadCpu cpu = new ThreadCpu();
  private final BlockingQueue<Message.ToWorker> work = new LinkedBlockingQueue<>();
  private final Map<Long, FunctionCode> functions = new HashMap<>(); // task thread only

  private volatile boolean worked; // set by the link's thread

  private final Object interruptLock = new Object();
  private long interruptible; // guarded by interruptLock: the delivery that runs, 0: none
  private @Nullable Thread thread; // guarded by interruptLock

  TaskRunner(
      int worker,
      WorkerPage page,
      AnswerLink answers,
      TaggedOutput output,
      LastWords lastWords,
      ServedLoaders loaders,
      WorkerSegments segments) {
    this.worker = worker;
    this.page = page;
    this.answers = answers;
    this.output = output;
    this.lastWords = lastWords;
    this.loaders = loaders;
    this.values = new Values(loaders, segments.arguments(), segments.results());
    this.row = new ResultRow(page.row());
    this.results = new ResultCode(answers.maxResultBytes(), loaders, values);
  }

  /** Called on the link's thread, and by the warm-up. */
  void enqueue(Message.ToWorker message) {
    if (message instanceof Message.Run) {
      worked = true;
    }
    work.add(message);
  }

  /** Returns whether a task has come. */
  boolean hasWorked() {
    return worked;
  }

  /** Interrupts the delivery if it is the one that runs. Called on the link's thread. */
  void interrupt(long delivery) {
    synchronized (interruptLock) {
      if (interruptible == delivery && thread != null) {
        thread.interrupt();
      }
    }
  }

  @Override
  public void run() {
    synchronized (interruptLock) {
      thread = Thread.currentThread();
    }
    while (true) {
      carryOut(next());
    }
  }

  /** Does what the pool has asked for; for the task thread alone, as all below. */
  void carryOut(Message.ToWorker message) {
    switch (message) {
      case Message.Define define ->
          functions.put(define.function(), new FunctionCode(define.code(), values));
      case Message.Codec codec -> values.use(codec.code());
      case Message.Initialize initialize -> initialize(initialize.code());
      case Message.Forget forget -> functions.remove(forget.function());
      case Message.Run run -> runDelivery(run);
      case Message.Leave leave -> leave(leave.finalizer());
      case Message.Interrupt _,
          Message.ClassServed _,
          Message.ResourcesServed _,
          Message.NotServed _,
          Message.Released _ -> {} // taken on the link's thread
    }
  }

  /** Lets go of what it has opened; it carries nothing more out. */
  void close() {
    cpu.close();
  }

  private Message.ToWorker next() {
    Message.ToWorker waiting = work.poll();
    if (waiting != null) {
      return waiting;
    }
    answers.flush();
    output.end();
    while (true) {
      try {
        return work.take();
      } catch (InterruptedException e) {
        // a task's leftover: it interrupted its own thread after it had ended
      }
    }
  }

  private void initialize(ByteBuffer code) {
    page.initializing(true);
    try {
      FunctionCode.work(code, values).call();
    } catch (Throwable error) { // the user's own, whatever it is
      lastWords.endIfExhausted(error);
      answers.send(new Message.InitializerThrew(ErrorCopy.encode(error)));
      lastWords.initializerThrew(error);
    }
    ServedLoaders.exit();
    page.initializing(false);
    Thread.interrupted();
    answers.send(new Message.Initialized());
  }

  private void leave(ByteBuffer finalizer) {
    if (finalizer.hasRemaining()) {
      try {
        FunctionCode.work(finalizer, values).call();
      } catch (Throwable error) { // the user's own, whatever it is: the worker leaves all the same
        answers.send(new Message.Noted("the finalizer failed: " + error));
        error.printStackTrace();
      }
    }
    output.end();
    answers.send(new Message.Bye());
    System.exit(0);
  }

  private void runDelivery(Message.Run run) {
    output.begin(run.delivery());
    Thread.currentThread().setName("outlive-task " + run.task() + " " + run.name());
    makeInterruptible(run.delivery());
    boolean published = runItems(run);
    makeInterruptible(0);
    Thread.interrupted();
    mend(Thread.currentThread());
    if (!published) {
      awaitDeathIfCondemned(run.slot());
      answers.add(new Message.Withdrawn(run.delivery()));
    }
  }

  /** What a task has done to its thread ends with it. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it is undone
  private static void mend(Thread own) {
    own.setName("outlive-task");
    if (own.getPriority() != Thread.NORM_PRIORITY) {
      own.setPriority(Thread.NORM_PRIORITY);
    }
  }

  private void awaitDeathIfCondemned(int slot) {
    while (SlotWord.phase(page.word(slot)) == Phase.CONDEMNED) {
      answers.flush();
      LockSupport.park();
      Thread.interrupted();
    }
  }

  private void makeInterruptible(long delivery) {
    synchronized (interruptLock) {
      interruptible = delivery;
    }
  }

  /** Returns false if the delivery was revoked before all of it was published. */
  private boolean runItems(Message.Run run) {
    Steps steps = new Steps(page, run.slot(), run.delivery());
    int next = 0;
    while (next >= 0 && next < run.items().size()) {
      next = mayRunRow(run, next) ? runRow(run, steps, next) : runOne(run, steps, next);
    }
    return next >= 0 && steps.to(Phase.DONE);
  }

  /** Runs an item; returns the place of the next one, or {@link #REVOKED}. */
  private int runOne(Message.Run run, Steps steps, int place) {
    long began = System.nanoTime();
    if (!steps.begin(place, began)) {
      return REVOKED;
    }
    answers.flushSoon();
    cpu.begin(began);
    return publish(runItem(run, place, began, steps), steps) ? place + 1 : REVOKED;
  }

  private boolean publish(Message.@Nullable ToPool answer, Steps steps) {
    if (answer == null || !steps.to(Phase.PUBLISHING)) {
      results.withdraw();
      return false;
    }
    lastWords.takeNotes().forEach(note -> answers.add(new Message.Noted(note)));
    answers.add(answer);
    results.published();
    return true;
  }

  // ---- in a row

  /** Whether nothing of the user's runs at the next item but the function itself. */
  private boolean mayRunRow(Message.Run run, int place) {
    FunctionCode function = functions.get(run.function());
    return place + 1 < run.items().size()
        && function != null
        && function.isDecoded()
        && run.items().isPlain(place)
        && values.areOurs()
        && !loaders.areSpoilt();
  }

  /**
   * Runs items of which each takes one step in the page: to the next, which publishes its result as
   * well. Ends with an item whose result is no plain value. Returns the place of the item after
   * that, or {@link #REVOKED}.
   */
  private int runRow(Message.Run run, Steps steps, int first) {
    long began = System.nanoTime();
    steps.startedAt(began);
    if (!steps.run(first)) {
      return REVOKED;
    }
    cpu.begin(began);
    answers.begin(row, run.delivery(), first, run.from() + first, began);
    answers.flushSoon();
    FunctionCode function = Objects.requireNonNull(functions.get(run.function()));
    int place = first;
    int ticks = answers.ticks();
    while (true) {
      RunningTask context = new RunningTask(run, run.from() + place, worker, page, steps);
      Object result;
      try {
        context.enter();
        result = function.apply(run.items().plain(place));
      } catch (Throwable error) { // the task's own, whatever it is: it belongs to the caller
        answers.endRow();
        lastWords.endIfExhausted(error);
        Message.ToPool threw =
            threw(run, run.from() + place, System.nanoTime() - began, false, error);
        leave(context);
        return publish(threw, steps) ? place + 1 : REVOKED;
      }
      if (lastWords.hasNotes() || !row.put(result)) {
        answers.endRow();
        Message.ToPool answer = returned(run, run.from() + place, began, steps, result);
        leave(context);
        return publish(answer, steps) ? place + 1 : REVOKED;
      }
      context.forgetProgress();
      Thread.interrupted();
      boolean ends = row.isFull() || !mayGoOn(run, place + 1);
      int now = answers.ticks();
      if (run.timed() || now != ticks) {
        ticks = now;
        began = System.nanoTime();
        steps.startedAt(began);
      }
      boolean won = ends ? steps.to(Phase.PUBLISHING) : steps.run(place + 1);
      if (won) {
        row.published();
      }
      if (!won || ends) {
        answers.endRow();
        leave(context);
        return won ? place + 1 : REVOKED;
      }
      place++;
    }
  }

  private boolean mayGoOn(Message.Run run, int place) {
    return place < run.items().size() && run.items().isPlain(place) && !loaders.areSpoilt();
  }

  private static void leave(RunningTask context) {
    ServedLoaders.exit();
    context.exit();
    Thread.interrupted(); // by the item itself: it is not the next one's
  }

  // ---- one by one

  /** Returns what to tell the pool about an item; null if the item was revoked meanwhile. */
  private Message.@Nullable ToPool runItem(Message.Run run, int place, long began, Steps steps) {
    int item = run.from() + place;
    RunningTask context = new RunningTask(run, item, worker, page, steps);
    boolean ours = true;
    try {
      context.enter();
      if (loaders.renewIfSpoilt()) {
        functions.values().forEach(FunctionCode::decodeAnew);
        values.decodeAnew();
      }
      FunctionCode.Call call = prepare(run, place);
      if (!steps.to(Phase.RUNNING)) {
        return null;
      }
      ours = false;
      Object result = call.call();
      return returned(run, item, began, steps, result);
    } catch (Throwable error) { // the task's own, whatever it is: it belongs to the caller
      lastWords.endIfExhausted(error);
      results.withdraw();
      return threw(run, item, System.nanoTime() - began, ours, error);
    } finally {
      leave(context);
    }
  }

  /** An item has returned: what to tell the pool; null if the item was revoked meanwhile. */
  private Message.@Nullable ToPool returned(
      Message.Run run, int item, long began, Steps steps, @Nullable Object result) {
    if (!steps.to(Phase.ENCODING)) {
      return null;
    }
    try {
      ByteBuffer value = results.encode(result);
      long ran = System.nanoTime() - began;
      return new Message.Returned(run.delivery(), item, ran, cpu.used(ran), value);
    } catch (Throwable error) { // of the result's own code
      lastWords.endIfExhausted(error);
      results.withdraw();
      return threw(run, item, System.nanoTime() - began, true, error);
    }
  }

  private FunctionCode.Call prepare(Message.Run run, int place) {
    ByteBuffer bytes = run.items().get(place);
    if (run.function() == 0) {
      return FunctionCode.work(bytes, values);
    }
    FunctionCode function = functions.get(run.function());
    if (function == null) {
      throw new AssertionError("function " + run.function() + " was never defined");
    }
    return function.on(bytes);
  }

  private Message.Threw threw(
      Message.Run run, int item, long ranNanos, boolean ours, Throwable error) {
    List<String> types = new ArrayList<>();
    for (Class<?> type = error.getClass();
        type != null && type != Object.class;
        type = type.getSuperclass()) {
      types.add(type.getName());
    }
    boolean undecodable = ours && error instanceof UndecodableException;
    return new Message.Threw(
        run.delivery(),
        item,
        ranNanos,
        cpu.used(ranNanos),
        undecodable,
        types,
        ErrorCopy.encode(error),
        results.encodeError(error));
  }
}
