package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;
import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Script.Plan;
import dev.outlive.internal.protocol.Items;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.spi.Revocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A lying world around a {@link PoolState}: it carries the effects out as real workers would, late
 * and in any order that the contracts of {@code dev.outlive.spi} allow, and does harm as its regime
 * permits. An {@link Oracle} hears all of it. The same seed is the same history.
 */
final class World {
  /** How long a frame, an alarm and a kill may be under way. */
  static final long LATENCY = 30 * MILLI;

  static final long LATENESS = 50 * MILLI;
  static final long KILL = 80 * MILLI;

  /** By when what has a time is done, after that time. */
  static final long SLACK = 3 * (LATENCY + LATENESS);

  private static final int MOST_STEPS = 60_000;

  final Regime regime;
  final Script script;
  final Agenda agenda = new Agenda();

  /** Of a hundred workers, how many die before they are ready. */
  final int earlyDeaths;

  private final SplittableRandom random;
  private final PoolState state;
  private final Oracle oracle;
  private final Trace trace;
  private final Census census;
  private final TreeMap<Integer, SimWorker> workers = new TreeMap<>();
  private final SimMemory memory;
  private final Deque<Event> urgent = new ArrayDeque<>();
  private long alarms;
  private int steps;

  private World(Regime regime, long seed, Trace trace, Census census) {
    this.regime = regime;
    this.random = new SplittableRandom(seed);
    this.trace = trace;
    this.census = census;
    this.script = new Script(regime, seed, random.split());
    this.state = new PoolState(script.rules(), () -> false);
    this.oracle = new Oracle(script, regime, agenda, census);
    boolean sick = regime.cancels() && random.nextInt(8) == 0;
    this.earlyDeaths = sick ? 70 : 4;
    this.memory = new SimMemory(this, random.split(), workers.values());
  }

  /** Plays one history to its end. */
  static void play(Regime regime, long seed, Trace trace, Census census) {
    World world = new World(regime, seed, trace, census);
    try {
      world.play();
    } catch (RuntimeException | AssertionError e) {
      throw trace.failure(regime, seed, world.agenda.now(), e);
    }
  }

  private void play() {
    trace.begin(script);
    tell(new Event.PoolOpened(), true);
    memory.begin();
    boolean early = regime.cancels() && random.nextBoolean();
    schedule(early ? random.nextLong(4 * SECOND) : Long.MAX_VALUE);
    runDry();
    if (!early) {
      oracle.quiet();
      memory.look();
      runDry();
      oracle.quiet();
      close();
      runDry();
    }
    memory.look();
    runDry();
    oracle.end(state);
  }

  private void runDry() {
    while (!agenda.isEmpty()) {
      Violation.unless(++steps < MOST_STEPS, "no end after %d steps: a livelock", steps);
      agenda.step();
      while (!urgent.isEmpty()) {
        Violation.unless(++steps < MOST_STEPS, "no end after %d steps: a livelock", steps);
        tell(urgent.remove(), true);
      }
    }
  }

  // ---- what will happen, whatever the pool does

  private void schedule(long closeAt) {
    for (Plan plan : script.plans()) {
      if (plan.at() < closeAt) {
        agenda.in(plan.at(), () -> submit(plan));
      }
    }
    if (closeAt != Long.MAX_VALUE) {
      agenda.in(closeAt, this::close);
    }
    if (regime.deaths()) {
      harm(random.nextInt(5), () -> toOne(worker -> worker.die(fromOutside())));
      harm(random.nextInt(2), () -> toOne(SimWorker::closeLink));
      harm(random.nextInt(2), () -> toOne(SimWorker::freeze));
      harm(random.nextInt(3), () -> toOne(this::lie));
      harm(random.nextInt(5) / 4, this::pause);
    }
    if (regime.cancels()) {
      harm(random.nextInt(4), () -> tell(new Event.TaskAbandoned(someTask()), true));
      harm(random.nextInt(3), () -> tell(new Event.WithdrawalAsked(someTask()), true));
    }
  }

  private void harm(int times, Runnable deed) {
    for (int i = 0; i < times; i++) {
      agenda.in(random.nextLong(3 * SECOND), deed);
    }
  }

  private void toOne(Consumer<SimWorker> deed) {
    List<SimWorker> all = List.copyOf(workers.values());
    if (!all.isEmpty()) {
      deed.accept(all.get(random.nextInt(all.size())));
    }
  }

  private void submit(Plan plan) {
    if (state.phase() == State.OPEN) {
      tell(
          new Event.TaskSubmitted(
              plan.task(), plan.name(), plan.items(), plan.chunk(), plan.rules()),
          true);
    }
  }

  private long someTask() {
    return 1 + random.nextInt(script.plans().size());
  }

  private void close() {
    boolean stop = regime.cancels() && random.nextInt(3) == 0;
    tell(stop ? new Event.StopAsked() : new Event.ShutdownAsked(), true);
    if (random.nextInt(4) == 0) {
      agenda.in(
          random.nextLong(SECOND),
          () -> tell(regime.cancels() ? new Event.StopAsked() : new Event.ShutdownAsked(), true));
    }
  }

  private void pause() {
    long nanos = random.nextLong(10 * SECOND);
    agenda.pause(nanos);
    workers.values().forEach(worker -> worker.paused(nanos));
    memory.paused(nanos);
    oracle.paused(nanos);
  }

  private void lie(SimWorker worker) {
    if (worker.works()) {
      worker.link.lie(Lies.of(worker, List.copyOf(workers.values()), random));
    }
  }

  // ---- between the pool and the world

  void tell(Event event, boolean honest) {
    if (!(event instanceof Event.MemorySeen || event instanceof Event.AlarmRang)) {
      memory.goOn();
    }
    trace.event(agenda.now(), event, honest);
    census.event(event, honest);
    oracle.before(event, honest);
    List<Effect> effects = new ArrayList<>();
    state.apply(asRow(event), agenda.now(), effect -> effects.addAll(oneByOne(effect)));
    effects.forEach(trace::effect);
    oracle.compare(effects);
    for (Effect effect : effects) {
      census.effect(effect);
      oracle.check(effect);
      carryOut(effect);
    }
    oracle.audit(state);
  }

  /** Every other result comes as a row. */
  private static Event asRow(Event event) {
    if (event instanceof Event.ItemReturned e && e.delivery() % 2 == 0) {
      ItemResult result = e.result();
      Items values = Items.of(List.of(result.payload().stream()));
      ItemRow row = new ItemRow(e.item(), values, result.attempt(), result.notes());
      return new Event.ItemsReturned(e.worker(), e.delivery(), row);
    }
    return event;
  }

  private static List<Effect> oneByOne(Effect effect) {
    if (effect instanceof Effect.CompleteItems e) {
      List<Effect> each = new ArrayList<>();
      for (int item = e.row().from(); item < e.row().to(); item++) {
        Verdict verdict = e.row().verdict(item, e.attempts(), e.lost());
        each.add(new Effect.CompleteItem(e.task(), item, verdict));
      }
      return each;
    }
    return List.of(effect);
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.LaunchWorker e -> {
        SimWorker worker = new SimWorker(e.worker(), e.size(), this, random.split());
        workers.put(e.worker(), worker);
        worker.launch();
      }
      case Effect.Deliver e -> oracle.delivered(e, worker(e.worker()), worker(e.worker()).offer(e));
      case Effect.Revoke e -> answer(e, worker(e.worker()).revoke(e));
      case Effect.Interrupt e -> worker(e.worker()).interrupt(e.delivery());
      case Effect.KillWorker e -> worker(e.worker()).kill(e.reason());
      case Effect.DismissWorker e -> worker(e.worker()).dismiss();
      case Effect.ForgetWorker e -> workers.remove(e.worker());
      case Effect.WatchMemory e -> memory.watch(e.closely());
      case Effect.SetAlarm e -> setAlarm(e.atNanos());
      case Effect.CompleteItem e -> {}
      case Effect.CompleteItems e -> throw new AssertionError(e);
      case Effect.RecordLoss e -> {}
      case Effect.EndTask e -> {}
      case Effect.Tell e -> {}
      case Effect.FinishTermination e -> {}
    }
  }

  private SimWorker worker(int number) {
    SimWorker worker = workers.get(number);
    if (worker == null) {
      throw new Violation("an effect for worker " + number + ", which is forgotten or unknown");
    }
    return worker;
  }

  /** The page is changed now, and the answer comes before any other news. */
  private void answer(Effect.Revoke revoke, Revocation answer) {
    census.answer(revoke.why(), answer);
    urgent.add(new Event.RevokeAnswered(revoke.worker(), revoke.delivery(), revoke.why(), answer));
  }

  /** An alarm rings a little late; one that was replaced may ring all the same. */
  private void setAlarm(long at) {
    long mine = ++alarms;
    long late = random.nextInt(3) == 0 ? random.nextLong(LATENESS) : 0;
    boolean stale = random.nextInt(20) == 0;
    agenda.alarm(
        Math.max(agenda.now(), at) + late,
        () -> {
          if (mine == alarms || stale) {
            tell(new Event.AlarmRang(), true);
          }
        });
  }

  // ---- what workers ask and tell

  /**
   * Whether a worker's page may be unreadable at its death: not while more can be learned from it
   * than anybody could guess.
   */
  boolean mayBeBlind(int worker) {
    return !oracle.holdsAbandoned(worker);
  }

  boolean limited(SimDelivery delivery) {
    return rules(delivery).limited();
  }

  private TaskRules rules(SimDelivery delivery) {
    return script.plans().get((int) delivery.order.task() - 1).rules();
  }

  /** An item has begun in a worker: by its limit it has ended, or been stopped. */
  void began(SimWorker worker, SimDelivery delivery) {
    if (limited(delivery)) {
      int item = delivery.item;
      long started = delivery.startedAt;
      agenda.in(
          rules(delivery).limitNanos() + SLACK,
          () -> {
            boolean runs =
                delivery.item == item
                    && delivery.startedAt == started
                    && (delivery.phase == SimDelivery.Phase.DECODING
                        || delivery.phase == SimDelivery.Phase.RUNNING);
            Violation.unless(
                !runs || worker.dead || oracle.beyondLimits(worker.number, delivery),
                "item %d of %s runs beyond its limit",
                item,
                delivery.order);
          });
    }
  }

  /** Whom nobody asked: a stranger, or the backend that saw the worker stand still. */
  private Cause fromOutside() {
    return switch (random.nextInt(4)) {
      case 0 -> Cause.FROZEN;
      case 1 -> Cause.HUNG_EXIT;
      default -> Cause.SIGKILL;
    };
  }
}
