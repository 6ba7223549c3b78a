package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.protocol.Arrived;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.protocol.Segments;
import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.OutputObserver;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.Vitals;
import dev.outlive.spi.WorkerHandle;
import dev.outlive.spi.WorkerObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One worker, seen from the pool: effects become frames, frames become events. Effects are carried
 * out under the supervisor's lock, receiving is done on the worker's own threads, and classes are
 * sent on those that have found them. Long, as each effect and each message has its method here.
 */
final class WorkerDesk implements WorkerObserver {
  private static final int MOST_NOTES = 64;

  /** An item that ran for less is hardly ever looked at. */
  private static final long LOOKED_AT_NANOS = 1_000_000;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final int number;
  private final Supervisor supervisor;
  private final WorkerOutput output;
  private final WorkerCode code;
  private final PoolSegments segments;
  private final Segments results;
  private final List<String> notes = new ArrayList<>(); // link thread only
  private final List<Frame> unsent = new ArrayList<>(); // guarded by the supervisor's lock
  private final Set<Long> defined = new HashSet<>(); // guarded by the supervisor's lock
  private final Map<Integer, AttemptCount> counts = new HashMap<>(); // by slot; guarded likewise
  private final ClassServer.Counter classes;
  private final long launchedAt = System.nanoTime();
  private volatile long pid;
  private volatile @Nullable WorkerHandle handle; // set under the supervisor's lock
  private volatile boolean distrusted; // it broke the protocol: what it says is heard no more

  WorkerDesk(
      int number,
      Supervisor supervisor,
      WorkerOutput output,
      ClassServer classes,
      WorkerCode code,
      PoolSegments segments) {
    this.number = number;
    this.supervisor = supervisor;
    this.output = output;
    this.classes = classes.open(this::sayNow);
    this.code = code;
    this.segments = segments;
    this.results = segments.ofWorker(number);
  }

  void seat(WorkerHandle worker) {
    handle = worker;
    if (code.codec().hasRemaining()) {
      say(new Message.Codec(code.codec().duplicate()));
    }
    if (code.initializes()) {
      say(new Message.Initialize(code.initializer().duplicate()));
    }
  }

  private WorkerHandle handle() {
    WorkerHandle worker = handle;
    if (worker == null) {
      throw new AssertionError("worker " + number + " was never launched");
    }
    return worker;
  }

  // ---- what the pool wants

  void deliver(Effect.Deliver order, Ticket ticket) {
    SharedFunction function = ticket.function();
    if (function != null && defined.add(function.number())) {
      say(new Message.Define(function.number(), function.code()));
    }
    output.expect(order, ticket.captured());
    ticket.attempts.offered(order.attempt());
    counts.put(order.slot(), ticket.attempts);
    handle().offer(order.slot(), order.delivery(), order.from());
    say(
        new Message.Run(
            order.delivery(),
            order.slot(),
            ticket.submission.rules().limited(),
            order.task(),
            function == null ? 0 : function.number(),
            order.from(),
            order.attempt(),
            ticket.submission.name(),
            ticket.items(order.from(), order.to())));
  }

  Revocation revoke(Effect.Revoke order) {
    boolean unbegunOnly =
        switch (order.why()) {
          case RECALLED, WITHDRAWN -> true;
          case ABANDONED, LATE -> false;
        };
    Revocation answer =
        handle().revoke(order.slot(), order.delivery(), unbegunOnly, order.limitNanos());
    AttemptCount count = counts.get(order.slot());
    if (count != null && answer instanceof Revocation.Withdrawn) { // the slot's last delivery
      count.takenBack();
    }
    return answer;
  }

  void interrupt(long delivery) {
    say(new Message.Interrupt(delivery));
  }

  void forget(long function) {
    if (defined.remove(function)) {
      say(new Message.Forget(function));
    }
  }

  void dismiss() {
    say(new Message.Leave(code.finalizer().duplicate()));
  }

  void kill(KillReason reason, String evidence) {
    if (reason == KillReason.PROTOCOL) {
      distrusted = true;
      supervisor.hearsNoMore(number);
    }
    WorkerHandle worker = handle;
    if (worker != null) { // it was launched
      worker.kill(reason, evidence);
    }
  }

  /** Sends a message with all others that an event has for this worker. */
  private void say(Message message) {
    if (unsent.isEmpty()) {
      supervisor.sendsLater(this);
    }
    unsent.add(MessageCodec.encode(message));
  }

  /** Sends what was said. */
  void sendAll() {
    List<Frame> all = List.copyOf(unsent);
    unsent.clear();
    handle().send(all);
  }

  /** Sends a message on any thread. */
  private void sayNow(Message message) {
    handle().send(MessageCodec.encode(message));
  }

  // ---- what the worker does

  @Override
  public void started(long process) {
    pid = process;
    supervisor.on(new Event.WorkerStarted(number, process));
  }

  @Override
  public OutputObserver output() {
    return output;
  }

  @Override
  public void received(Frame frame) {
    received(List.of(frame));
  }

  /** What has come together is told together, also if one of them cannot be taken. */
  @Override
  public void received(List<Frame> frames) {
    List<Event> events = new ArrayList<>(frames.size());
    try {
      for (Frame frame : frames) {
        Event event = distrusted ? null : event(frame);
        if (event != null) {
          events.add(event);
        }
        if (event instanceof Event.ProtocolViolated) {
          distrusted = true;
        }
      }
    } finally {
      if (!events.isEmpty()) {
        supervisor.on(events);
      }
    }
  }

  private @Nullable Event event(Frame frame) {
    try {
      return event(MessageCodec.decodeToPool(frame));
    } catch (ProtocolException e) {
      return new Event.ProtocolViolated(number, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Event event(Message.ToPool message) throws ProtocolException {
    return switch (message) {
      case Message.Ready ready -> code.initializes() ? null : new Event.WorkerReady(number);
      case Message.Initialized done ->
          code.initializes()
              ? new Event.WorkerReady(number)
              : new Event.ProtocolViolated(number, "it ran an initializer that it was never sent");
      case Message.InitializerThrew m -> {
        supervisor.initializerThrew(m.copy());
        yield null;
      }
      case Message.Returned m ->
          new Event.ItemReturned(
              number,
              m.delivery(),
              m.item(),
              new ItemResult(
                  result(m.value()), NOTHING, attempt(m.ranNanos(), m.cpuNanos()), takeNotes()));
      case Message.ReturnedRow m ->
          new Event.ItemsReturned(
              number,
              m.delivery(),
              new ItemRow(m.from(), m.values(), attemptInRow(m), takeNotes()));
      case Message.Threw m ->
          new Event.ItemThrew(
              number,
              m.delivery(),
              m.item(),
              m.undecodable() ? Cause.UNDECODABLE : Cause.EXCEPTION,
              m.types(),
              new ItemResult(
                  arrived(m.error(), Segments.NONE),
                  m.copy(),
                  attempt(m.ranNanos(), m.cpuNanos()),
                  takeNotes()));
      case Message.Noted m -> {
        if (notes.size() < MOST_NOTES) {
          notes.add(m.text());
        }
        yield null;
      }
      case Message.ClassWanted m -> asked(classes.ask(m), m);
      case Message.ResourcesWanted m -> asked(classes.ask(m), m);
      case Message.Withdrawn m -> new Event.DeliveryWithdrawn(number, m.delivery());
      case Message.Bye bye -> {
        supervisor.chronicle().parted(number, takeNotes());
        yield null;
      }
    };
  }

  /**
   * Copies what lies in a segment, on the link's thread: so the segment is the worker's again at
   * once, whatever becomes of the result. Copies are all that is made of what a worker says here.
   */
  private Arrived result(ByteBuffer value) throws ProtocolException {
    if (code.codec().hasRemaining()) {
      return Arrived.of(value);
    }
    Arrived arrived = arrived(value, results);
    if (arrived.segment() != 0) {
      segments.used(results);
      sayNow(new Message.Released(arrived.segment()));
    }
    return arrived;
  }

  private static Arrived arrived(ByteBuffer value, Segments segments) throws ProtocolException {
    try {
      return Arrived.of(value, segments);
    } catch (IOException e) {
      throw new ProtocolException("what it sent cannot be read: " + e);
    }
  }

  /** What it tells of an item that has ended: no longer than its life, no peak of a short one. */
  private Attempt attempt(long ranNanos, long cpuNanos) {
    long now = System.nanoTime();
    long ran = Math.clamp(ranNanos, 0, now - launchedAt);
    long cpu = Math.clamp(cpuNanos, -1, ran);
    long peak = ran < LOOKED_AT_NANOS ? -1 : vitals(now - ran).peakBytes().orElse(-1);
    return new Attempt(number, pid, now, ran, cpu, peak);
  }

  /** Each of them ran for its share of the time. */
  private Attempt attemptInRow(Message.ReturnedRow row) {
    long each = row.ranNanos() / row.values().size();
    return attempt(each, each);
  }

  Vitals vitals(long sinceNanos) {
    WorkerHandle worker = handle;
    return worker == null ? Vitals.NONE : worker.vitals(sinceNanos);
  }

  private @Nullable Event asked(boolean taken, Message.ToPool question) {
    return taken
        ? null
        : new Event.ProtocolViolated(
            number, "it asked too much at once, or the same twice: " + question);
  }

  private List<String> takeNotes() {
    List<String> taken = List.copyOf(notes);
    notes.clear();
    return taken;
  }

  @Override
  public void grown(long heldBytes, long limitBytes) {
    supervisor.on(new Event.WorkerGrown(number, heldBytes, limitBytes));
  }

  @Override
  public void dying() {
    supervisor.on(new Event.WorkerDying(number));
  }

  @Override
  public void died(Death death) {
    output.gone();
    classes.close();
    segments.gone(results);
    supervisor.on(new Event.WorkerDied(number, death));
  }
}
