package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.protocol.Arrived;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RestartLimit;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.Death;
import dev.outlive.spi.MemoryView;
import dev.outlive.spi.Revocation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pool's state with a clock and an alarm, for tests that tell what happens event by event. */
final class Story {
  static final long START = 10 * SECOND;
  static final long GRACE = 2 * SECOND;
  static final long PICK_UP = 5 * SECOND;
  private static final long ITEM_NANOS = 1_000_000;
  static final int EARLY_DEATHS = 3;
  static final Duration PERIOD = Duration.ofSeconds(20);

  static final TaskRules FAIL = rules(FailurePolicy.FAIL);
  static final TaskRules SKIP = rules(FailurePolicy.SKIP);
  static final TaskRules ABORT = rules(FailurePolicy.ABORT);

  final PoolState state;
  boolean followed;
  long now = 1000 * SECOND;
  private long alarm = Long.MAX_VALUE;
  private final List<Effect> last = new ArrayList<>();

  Story(int workers) {
    this(Crew.of(workers), Long.MAX_VALUE);
  }

  Story(Crew crew, long queueNanos) {
    this(crew, queueNanos, MemoryRules.NONE);
  }

  Story(Crew crew, long queueNanos, MemoryRules memory) {
    RestartLimit limit = new RestartLimit(EARLY_DEATHS, PERIOD);
    state =
        new PoolState(
            new PoolRules(crew, START, GRACE, PICK_UP, queueNanos, memory, limit, 7),
            () -> followed);
  }

  /** A pool whose workers are all ready and have nothing to do: launched for a cancelled task. */
  static Story withReadyWorkers(int workers) {
    Story story = new Story(workers);
    story.submit(99, workers, 1, SKIP);
    story.on(new Event.TaskAbandoned(99));
    for (int worker = 1; worker <= workers; worker++) {
      story.ready(worker);
    }
    return story;
  }

  static TaskRules rules(FailurePolicy policy, RetryPolicy... retry) {
    return new TaskRules(Long.MAX_VALUE, List.of(retry), policy, policy, policy, 0);
  }

  static TaskRules limited(long nanos, RetryPolicy... retry) {
    FailurePolicy skip = FailurePolicy.SKIP;
    return new TaskRules(nanos, List.of(retry), skip, skip, skip, 0);
  }

  // ---- what happens

  /** Takes an event in; what the pool does about it is then to be had from {@link #did}. */
  void on(Event event) {
    last.clear();
    apply(event);
  }

  private void apply(Event event) {
    List<Effect> effects = new ArrayList<>();
    state.apply(event, now, effects::add);
    for (Effect effect : effects) {
      if (effect instanceof Effect.SetAlarm set) {
        alarm = set.atNanos();
      }
    }
    last.addAll(effects);
  }

  /** Lets time pass; the alarm rings when it should, and looks find an untouched delivery. */
  void pass(long nanos) {
    passing(nanos, new Revocation.InTime(false, 0));
  }

  /** Lets time pass; the alarm rings when it should, and each look gets the answer. */
  void passing(long nanos, Revocation answer) {
    last.clear();
    long until = now + nanos;
    while (alarm <= until) {
      now = Math.max(now, alarm);
      alarm = Long.MAX_VALUE;
      int before = last.size();
      apply(new Event.AlarmRang());
      for (Effect effect : List.copyOf(last.subList(before, last.size()))) {
        if (effect instanceof Effect.Revoke r) {
          apply(new Event.RevokeAnswered(r.worker(), r.delivery(), r.why(), answer));
        }
      }
    }
    now = until;
  }

  void submit(long task, int items, int chunk, TaskRules rules) {
    on(new Event.TaskSubmitted(task, "task", items, chunk, rules));
  }

  void submit(long task, String name, TaskRules rules) {
    on(new Event.TaskSubmitted(task, name, 1, 1, rules));
  }

  /** So many megabytes are free of a hundred, and workers hold so many each, from number 1 on. */
  void seen(long free, long... held) {
    seenAt(now, free, held);
  }

  /** Told now, and looked at then. */
  void seenAt(long nanos, long free, long... held) {
    Map<Integer, Long> each = new HashMap<>();
    for (int i = 0; i < held.length; i++) {
      each.put(i + 1, held[i] << 20);
    }
    on(new Event.MemorySeen(new MemoryView(nanos, free << 20, 100 << 20, "here", 0, false, each)));
  }

  void ready(int worker) {
    on(new Event.WorkerStarted(worker, 1000 + worker));
    on(new Event.WorkerReady(worker));
  }

  void returned(int worker, long delivery, int item) {
    on(new Event.ItemReturned(worker, delivery, item, result(item)));
  }

  void returned(int worker, long delivery, int item, long nanos) {
    on(new Event.ItemReturned(worker, delivery, item, result(item, nanos, -1)));
  }

  void threw(int worker, long delivery, int item, Class<?> type) {
    List<String> types = List.of(type.getName());
    on(new Event.ItemThrew(worker, delivery, item, Cause.EXCEPTION, types, result(item)));
  }

  void answered(int worker, long delivery, Why why, Revocation answer) {
    on(new Event.RevokeAnswered(worker, delivery, why, answer));
  }

  void withdrawn(int worker, long delivery) {
    on(new Event.DeliveryWithdrawn(worker, delivery));
  }

  /** The worker dies; its page shows the standings. */
  Diagnosis died(int worker, Cause cause, Death.Standing... standings) {
    Diagnosis diagnosis = Diagnosis.of(cause, Certainty.PROVEN, worker).build();
    List<Death.Standing> seen = new ArrayList<>(List.of(standings));
    seen.add(new Death.Standing(0, 0, false));
    on(new Event.WorkerDied(worker, new Death(diagnosis, seen)));
    return diagnosis;
  }

  /** The worker dies before it is ready, of what the next one will be started without. */
  void diedExcused(int worker) {
    Diagnosis diagnosis = Diagnosis.of(Cause.START_FAILED, Certainty.PROVEN, worker).build();
    on(new Event.WorkerDied(worker, new Death(diagnosis, List.of(), true)));
  }

  /** The worker dies, and nobody knows what it was at. */
  Diagnosis diedUnseen(int worker, Cause cause) {
    Diagnosis diagnosis = Diagnosis.of(cause, Certainty.PROVEN, worker).build();
    on(new Event.WorkerDied(worker, new Death(diagnosis, List.of())));
    return diagnosis;
  }

  static Death.Standing begun(long delivery, int item) {
    return new Death.Standing(delivery, item, true);
  }

  static Death.Standing untouched(long delivery, int item) {
    return new Death.Standing(delivery, item, false);
  }

  /** It had begun, and its worker held so many megabytes at most. */
  static Death.Standing held(long delivery, int item, long peak) {
    return new Death.Standing(delivery, item, true, SECOND, peak << 20);
  }

  static ItemResult result(int item) {
    return result(item, -1);
  }

  static ItemResult result(int item, long peakBytes) {
    return result(item, ITEM_NANOS, peakBytes);
  }

  private static ItemResult result(int item, long nanos, long peakBytes) {
    return new ItemResult(
        Arrived.of(ByteBuffer.wrap(new byte[] {(byte) item})),
        ByteBuffer.allocate(0),
        new Attempt(1, 1, 0, nanos, -1, peakBytes),
        List.of());
  }

  // ---- what the pool did about it

  /** What the pool did since the last event, or while the time passed. */
  <T extends Effect> List<T> did(Class<T> kind) {
    return last.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends Effect> T didOne(Class<T> kind) {
    List<T> all = did(kind);
    if (all.size() != 1) {
      throw new AssertionError("one " + kind.getSimpleName() + " wanted: " + last);
    }
    return all.getFirst();
  }

  /** All that it did, but for its alarms. */
  List<Effect> all() {
    return last.stream().filter(effect -> !(effect instanceof Effect.SetAlarm)).toList();
  }

  /** The deliveries made since the last event, in words: worker: from-to #attempt. */
  List<String> deliveries() {
    return did(Effect.Deliver.class).stream()
        .map(d -> d.worker() + ": " + d.from() + "-" + d.to() + " #" + d.attempt())
        .toList();
  }

  /** The verdicts since the last event. */
  List<Verdict> verdicts() {
    return did(Effect.CompleteItem.class).stream().map(Effect.CompleteItem::verdict).toList();
  }

  /** What workers have come to since the last event. */
  List<String> starts() {
    return did(Effect.Tell.class).stream()
        .map(Effect.Tell::event)
        .filter(PoolEvent.TaskStarted.class::isInstance)
        .map(PoolEvent.TaskStarted.class::cast)
        .map(e -> e.worker() + ": " + e.task() + "[" + e.index() + "] #" + e.attempt())
        .toList();
  }

  /** How tasks have ended since the last event. */
  List<Effect.Ending> endings() {
    return did(Effect.EndTask.class).stream().map(Effect.EndTask::ending).toList();
  }

  /** What was told since the last event. */
  <T extends PoolEvent> List<T> told(Class<T> kind) {
    return did(Effect.Tell.class).stream()
        .map(Effect.Tell::event)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  List<Integer> dismissed() {
    return did(Effect.DismissWorker.class).stream().map(Effect.DismissWorker::worker).toList();
  }

  List<Effect.KillWorker> kills() {
    return did(Effect.KillWorker.class);
  }
}
