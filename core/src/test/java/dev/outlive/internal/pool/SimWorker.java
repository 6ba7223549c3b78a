package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Script.Act;
import dev.outlive.internal.pool.Script.Attempt;
import dev.outlive.internal.pool.Script.Moment;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.WorkerSize;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A worker as it really is: its life, its page of slots, and its link in both directions, in each
 * of which frames keep their order. It does one thing after the other, as {@link Script} says.
 */
final class SimWorker {

  final int number;
  final WorkerSize size;
  private final World world;
  private final SplittableRandom random;
  final SimLink link;
  private final @Nullable SimDelivery[] page = new SimDelivery[Seat.SLOTS];
  private final Deque<SimDelivery> inbox = new ArrayDeque<>();
  private @Nullable SimDelivery current;
  private Attempt attempt;
  private long step;
  private long readyToldAt;
  private @Nullable KillReason killedFor;

  /** It does nothing any more: it is frozen, has closed its link, or is dead. */
  private boolean halted;

  private boolean toldDying;

  boolean ready;
  boolean dead;

  /** It has ever begun an item. */
  boolean began;

  /** The item at which it died by its script: nobody else is to blame. */
  @Nullable SimDelivery diedOf;

  /** What its tasks have left behind. */
  private long leaked;

  SimWorker(int number, WorkerSize size, World world, SplittableRandom random) {
    this.number = number;
    this.size = size;
    this.world = world;
    this.random = random;
    this.link = new SimLink(world, random);
    this.attempt = world.script.attempt(1, 0, 1);
  }

  List<SimDelivery> deliveries() {
    List<SimDelivery> all = new ArrayList<>();
    for (SimDelivery delivery : page) {
      if (delivery != null) {
        all.add(delivery);
      }
    }
    return all;
  }

  @Nullable SimDelivery current() {
    return current;
  }

  /** Whether it goes about its work. */
  boolean works() {
    return ready && !halted;
  }

  /** How much memory it holds while it does nothing. */
  long restingBytes() {
    return dead ? 0 : world.script.memory().workerBytes + leaked;
  }

  /** How much memory it holds. */
  long heldBytes() {
    boolean full = current != null && current.phase != SimDelivery.Phase.DECODING;
    long holds = current == null || !current.begun() ? 0 : attempt.holds();
    return dead ? 0 : restingBytes() + (full ? holds : holds / 4);
  }

  private void seen(SimDelivery delivery) {
    if (random.nextInt(8) > 0) {
      delivery.peakBytes = Math.max(delivery.peakBytes, heldBytes());
    }
  }

  // ---- its life

  void launch() {
    boolean deaths = world.regime.deaths();
    if (deaths && random.nextInt(100) < earlyDeaths()) {
      if (random.nextBoolean()) {
        link.say(new Event.WorkerStarted(number, 1000 + number));
      }
      proceed(random.nextLong(100 * MILLI), () -> die(Cause.START_FAILED));
      return;
    }
    link.say(new Event.WorkerStarted(number, 1000 + number));
    if (deaths && random.nextInt(60) == 0) {
      return;
    }
    long start = random.nextLong(10 * MILLI, 150 * MILLI);
    proceed(
        start,
        () -> {
          ready = true;
          link.say(new Event.WorkerReady(number));
          readyToldAt = link.sentUntil();
        });
  }

  private int earlyDeaths() {
    return size.equals(WorkerSize.USUAL) ? world.earlyDeaths : 25;
  }

  void kill(KillReason reason) {
    if (killedFor == null) {
      killedFor = reason;
      Cause cause =
          switch (reason) {
            case TIMEOUT -> Cause.TIMEOUT;
            case CANCELLED -> Cause.CANCELLED;
            case SHUTDOWN, ABORTED -> Cause.SHUTDOWN;
            case START_TIMEOUT -> Cause.START_FAILED;
            case UNRESPONSIVE -> Cause.UNRESPONSIVE;
            case FROZEN -> Cause.FROZEN;
            case HUNG_EXIT -> Cause.HUNG_EXIT;
            case LINK_CLOSED -> Cause.UNKNOWN;
            case MEMORY_LIMIT -> Cause.MEMORY_LIMIT;
            case PREEMPTED -> Cause.PREEMPTED;
            case PROTOCOL -> Cause.PROTOCOL;
          };
      world.agenda.in(random.nextLong(World.KILL), () -> die(cause));
    }
  }

  /** Death is told twice: as a first notice, and when all that was on its way has arrived. */
  void die(Cause cause) {
    if (dead) {
      return;
    }
    dead = true;
    halted = true;
    Diagnosis diagnosis =
        Diagnosis.of(cause, Certainty.PROVEN, number).summary(cause + " of " + number).build();
    long toldAt = Math.max(link.sentUntil(), world.agenda.now()) + random.nextLong(60 * MILLI) + 1;
    if (random.nextInt(6) > 0) {
      sayDying(random.nextLong(toldAt - world.agenda.now()));
    }
    boolean knows = random.nextInt(5) > 0;
    boolean looksNow = random.nextBoolean();
    List<Death.Standing> now = standings();
    world.agenda.at(
        toldAt,
        () -> {
          toldDying = true;
          boolean blind = !knows && world.mayBeBlind(number);
          List<Death.Standing> seen = blind ? List.of() : looksNow ? now : standings();
          world.tell(new Event.WorkerDied(number, new Death(diagnosis, seen)), true);
        });
  }

  private void sayDying(long delay) {
    world.agenda.at(
        Math.max(readyToldAt, world.agenda.now() + delay),
        () -> {
          if (!toldDying) {
            toldDying = true;
            world.tell(new Event.WorkerDying(number), true);
          }
        });
  }

  /** What can be read in the page: all its slots, those that were never used as well. */
  private List<Death.Standing> standings() {
    List<Death.Standing> seen = new ArrayList<>();
    for (SimDelivery delivery : page) {
      seen.add(delivery == null ? new Death.Standing(0, 0, false) : delivery.standing());
    }
    return seen;
  }

  void closeLink() {
    if (!halted) {
      halted = true;
      sayDying(random.nextLong(20 * MILLI));
      if (random.nextBoolean()) {
        world.agenda.in(random.nextLong(4_000 * MILLI), () -> die(Cause.UNKNOWN));
      }
    }
  }

  /** It stops for ever, but not where only a limit of its item could end it and there is none. */
  void freeze() {
    SimDelivery at = current;
    boolean safe = at == null || !at.busy() || world.limited(at);
    if (at != null && at.phase == SimDelivery.Phase.PUBLISHED) {
      return;
    }
    if (ready && safe) {
      halted = true;
    }
  }

  void dismiss() {
    arrives(
        () -> {
          if (random.nextInt(5) > 0) {
            boolean politely = random.nextInt(4) > 0;
            Cause cause =
                politely ? Cause.SHUTDOWN : random.nextBoolean() ? Cause.EXIT : Cause.NATIVE_CRASH;
            long delay = random.nextLong(world.script.rules().graceNanos() * 5 / 4);
            world.agenda.in(delay, () -> die(cause));
          }
        });
  }

  /** Does what the pool has sent, unless it cannot any more. */
  private void arrives(Runnable then) {
    link.receive(
        () -> {
          if (!halted) {
            then.run();
          }
        });
  }

  void paused(long nanos) {
    link.paused(nanos);
    readyToldAt += nanos;
  }

  // ---- its work

  SimDelivery offer(Effect.Deliver order) {
    SimDelivery before = page[order.slot()];
    Violation.unless(
        before == null || before.done || before.disowned || dead,
        "slot %d of worker %d is still in use",
        order.slot(),
        number);
    SimDelivery delivery = new SimDelivery(order);
    page[order.slot()] = delivery;
    arrives(
        () -> {
          inbox.add(delivery);
          next();
        });
    return delivery;
  }

  Revocation revoke(Effect.Revoke order) {
    SimDelivery delivery = page[order.slot()];
    if (delivery == null || delivery.order.delivery() != order.delivery()) {
      return new Revocation.Published();
    }
    return delivery.revoke(
        order.why(), order.limitNanos(), world.agenda.now(), random.nextBoolean());
  }

  void interrupt(long delivery) {
    arrives(
        () -> {
          SimDelivery at = current;
          boolean its = at != null && at.order.delivery() == delivery;
          if (its && at.phase == SimDelivery.Phase.STOPPED && attempt.heeds()) {
            proceed(random.nextLong(40 * MILLI), () -> passOver(at));
          }
        });
  }

  /** What it will do next, unless something comes between. */
  private void proceed(long delay, Runnable then) {
    long mine = ++step;
    world.agenda.in(
        delay,
        () -> {
          if (mine == step && !halted) {
            then.run();
          }
        });
  }

  private void next() {
    if (!halted && current == null && !inbox.isEmpty()) {
      SimDelivery delivery = inbox.remove();
      current = delivery;
      proceed(
          pickUpDelay(),
          () -> {
            if (delivery.revoked()) {
              passOver(delivery);
            } else {
              begin(delivery, delivery.order.from());
            }
          });
    }
  }

  private long pickUpDelay() {
    if (random.nextInt(100) > 0) {
      return random.nextLong(3 * MILLI);
    }
    long allowed = world.script.rules().pickUpNanos();
    return random.nextLong(world.regime.deaths() ? allowed * 2 : allowed);
  }

  private void begin(SimDelivery delivery, int item) {
    began = true;
    delivery.begin(item, world.agenda.now());
    attempt = world.script.attempt(delivery.order.task(), item, delivery.order.attempt());
    seen(delivery);
    world.began(this, delivery);
    proceed(attempt.decode(), () -> decoded(delivery));
  }

  private boolean crashes(SimDelivery delivery, Moment moment) {
    if (attempt.act() != Act.CRASH || attempt.moment() != moment) {
      return false;
    }
    diedOf = delivery;
    die(attempt.cause());
    return true;
  }

  private void decoded(SimDelivery delivery) {
    if (crashes(delivery, Moment.DECODING)) {
      return;
    }
    if (delivery.revoked()) {
      passOver(delivery);
      return;
    }
    delivery.phase = SimDelivery.Phase.RUNNING;
    seen(delivery);
    proceed(attempt.run(), () -> ran(delivery));
  }

  private void ran(SimDelivery delivery) {
    if (crashes(delivery, Moment.RUNNING)) {
      return;
    }
    Violation.unless(
        attempt.run() < Script.ENDLESS || delivery.disowned, "%s ran for ever", delivery.order);
    if (delivery.revoked()) {
      passOver(delivery);
      return;
    }
    delivery.phase = SimDelivery.Phase.PUBLISHING;
    proceed(
        attempt.publish(),
        () -> {
          if (!crashes(delivery, Moment.PUBLISHING)) {
            published(delivery);
          }
        });
  }

  private void published(SimDelivery delivery) {
    Violation.unless(
        attempt.publish() < Script.ENDLESS || delivery.disowned,
        "%s hung for ever",
        delivery.order);
    delivery.phase = SimDelivery.Phase.PUBLISHED;
    int item = delivery.item;
    long number = delivery.order.delivery();
    ItemResult result = result(delivery);
    leaked += random.nextInt(3) == 0 ? world.script.memory().workerBytes / 2 : 0;
    link.say(
        attempt.act() == Act.THROW
            ? new Event.ItemThrew(
                this.number, number, item, attempt.cause(), attempt.types(), result)
            : new Event.ItemReturned(this.number, number, item, result));
    if (item + 1 < delivery.order.to()) {
      proceed(random.nextLong(3 * MILLI), () -> begin(delivery, item + 1));
    } else {
      through(delivery);
    }
  }

  /** Says which attempt it comes from, and in which delivery. */
  private static ItemResult result(SimDelivery delivery) {
    ByteBuffer payload = ByteBuffer.allocate(3 * Long.BYTES);
    payload.putLong(delivery.order.task()).putLong(delivery.item);
    payload.putLong(delivery.order.attempt()).flip();
    var attempt =
        new dev.outlive.internal.pool.Attempt(
            1, 1, 0, delivery.order.delivery(), -1, delivery.peakBytes);
    return new ItemResult(
        dev.outlive.internal.protocol.Arrived.of(payload),
        ByteBuffer.allocate(0),
        attempt,
        List.of());
  }

  private void passOver(SimDelivery delivery) {
    link.say(new Event.DeliveryWithdrawn(number, delivery.order.delivery()));
    through(delivery);
  }

  private void through(SimDelivery delivery) {
    delivery.done = true;
    current = null;
    next();
  }
}
