package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.Death;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The tasks of a pool that are not over, and what each of their items is due: part of {@link
 * PoolState}, and as pure.
 *
 * <pre>
 *   an item:  waits --deliver--> at a worker --returned, threw, died, late--> verdict
 *             | ^                     |                 |
 *             | +-- recalled, or its worker died first -+-- retry (after a back-off)
 *             +-- waited for too long --> verdict
 * </pre>
 */
final class Jobs {
  private final PoolRules rules;
  private final Turn turn;
  private final WorkQueue queue;
  private final Map<Integer, Seat> seats;
  private final Tally tally;
  private final MemoryGuard memory;
  private final Consumer<Ending> abort;
  private final SplittableRandom random;
  private final Map<Long, Job> open = new LinkedHashMap<>();

  /** Those of which something may wait for too long, in the order in which it will. */
  private final Set<Job> expiring = new LinkedHashSet<>();

  /**
   * Creates one.
   *
   * @param abort ends all jobs, this one's included
   */
  Jobs(
      PoolRules rules,
      Turn turn,
      WorkQueue queue,
      Map<Integer, Seat> seats,
      Tally tally,
      MemoryGuard memory,
      Consumer<Ending> abort) {
    this.rules = rules;
    this.turn = turn;
    this.queue = queue;
    this.seats = seats;
    this.tally = tally;
    this.memory = memory;
    this.abort = abort;
    this.random = new SplittableRandom(rules.seed());
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  void submitted(Event.TaskSubmitted e) {
    boolean expires = rules.queueNanos() != Long.MAX_VALUE;
    long expiresAt = expires ? turn.now() + rules.queueNanos() : Long.MAX_VALUE;
    Job job = new Job(e.task(), e.name(), e.items(), e.chunk(), e.rules(), expiresAt);
    open.put(job.id, job);
    if (expires) {
      expiring.add(job);
    }
    tally.submitted(e.items());
    queue.add(new Piece(job, 0, e.items(), History.NONE));
  }

  // ---- how items end

  void returned(Delivery delivery, Event.ItemReturned e) {
    History history = delivery.history;
    memory.ended(delivery.job.name, e.result().attempt().peakBytes());
    complete(
        delivery.job,
        e.item(),
        new Verdict.Returned(e.result(), history.attempt(), history.lost()));
    endIfComplete(delivery.job);
  }

  void returned(Delivery delivery, ItemRow row) {
    History history = delivery.history;
    Job job = delivery.job;
    memory.ended(job.name, row.attempt().peakBytes());
    job.unfinished -= row.size();
    tally.returned(row.size());
    turn.emit(new Effect.CompleteItems(job.id, row, history.attempt(), history.lost()));
    endIfComplete(job);
  }

  void threw(Delivery delivery, Event.ItemThrew e) {
    long peak = e.error().attempt().peakBytes();
    memory.ended(delivery.job.name, peak);
    History history = delivery.history.withFailure(e.cause(), e.types()).withPeak(peak);
    Verdict verdict = new Verdict.Threw(e.error(), history.failures(), history.lost());
    judge(delivery.job, e.item(), e.cause(), e.types(), history, verdict);
  }

  /** The next item of the delivery was lost with its worker. */
  void lost(Delivery delivery, Cause cause, Death death) {
    Job job = delivery.job;
    long peak = delivery.peakBytes(death);
    int item = delivery.next++;
    Diagnosis diagnosis = death.diagnosis();
    memory.lost(job.name, cause, peak);
    tally.lost(cause);
    History history =
        delivery.history.withFailure(cause, List.of()).withLoss(diagnosis).withPeak(peak);
    Verdict verdict = history.lostFor(cause, job.rules);
    RetryPolicy policy = History.decider(job.rules.retry(), cause, List.of());
    boolean again = history.mayTryAgain(policy, job.rules);
    turn.emit(new Effect.RecordLoss(job.id, item, history.failures(), again, diagnosis));
    judge(job, item, cause, List.of(), history, verdict);
  }

  /**
   * The next item of the delivery was lost with its worker for the sake of others: that counts for
   * nothing, but for what was seen of its memory. Returns what is to be run again: the item, and
   * what of the delivery had not begun.
   */
  List<Piece> preempted(Delivery delivery, Death death) {
    Job job = delivery.job;
    long peak = delivery.peakBytes(death);
    int item = delivery.next++;
    memory.lost(job.name, Cause.PREEMPTED, peak);
    tally.lost(Cause.PREEMPTED);
    turn.emit(
        new Effect.RecordLoss(job.id, item, delivery.history.attempt(), true, death.diagnosis()));
    Piece again = new Piece(job, item, item + 1, delivery.history.withPeak(peak).withPreemption());
    Piece rest = delivery.rest();
    return rest == null ? List.of(again) : List.of(again, rest);
  }

  /** A failed attempt: tried again, or the failure policy has its say. */
  private void judge(
      Job job, int item, Cause cause, List<String> types, History history, Verdict verdict) {
    RetryPolicy policy = History.decider(job.rules.retry(), cause, types);
    if (history.mayTryAgain(policy, job.rules)) {
      Terms terms = history.terms().next(policy, rules.memory(), verdict);
      retry(new Piece(job, item, item + 1, history.with(terms)), policy);
      tally.retried();
      turn.emit(
          new Effect.Tell(new PoolEvent.TaskRetried(job.id, item, history.failures(), cause)));
    } else {
      fail(job, item, cause, verdict);
    }
  }

  private void retry(Piece piece, RetryPolicy policy) {
    int failures = piece.history().failuresUnder(policy, piece.job().rules.retry());
    long delay = policy.backoff().delayNanos(failures, random.nextDouble());
    queue.addRetry(piece, delay);
  }

  /**
   * The wait of a retry is over. Where nothing was seen of memory, it need not wait for that; nor
   * where there is enough, and only its worker or its turn has yet to come.
   */
  void endWaits() {
    for (Rerun rerun : List.copyOf(queue.reruns())) {
      boolean free = memory.isFree(rerun.bytes(), rerun.since);
      if (rerun.waitedTooLong(turn.now()) && memory.seenSince(rerun.since) && !free) {
        String why =
            "it waited %d ms for %s of memory, %s were free"
                .formatted(
                    (turn.now() - rerun.since) / 1_000_000,
                    new Bytes(rerun.bytes()),
                    new Bytes(memory.freeBytes()));
        giveUp(rerun, why);
      } else if (rerun.waitedTooLong(turn.now())) {
        rerun.found();
      }
    }
  }

  /** There is no further attempt. */
  void giveUp(Rerun rerun, String why) {
    queue.reruns().remove(rerun);
    Piece piece = rerun.piece;
    Verdict verdict = piece.history().terms().inVain();
    if (verdict != null && !piece.job().over) {
      fail(piece.job(), piece.from(), piece.history().lastCause(), verdict.because(why));
    }
  }

  private void fail(Job job, int item, Cause cause, Verdict verdict) {
    complete(job, item, verdict);
    switch (job.rules.policyFor(cause)) {
      case SKIP -> endIfComplete(job);
      case FAIL -> end(job, new Ending.Failed(item));
      case ABORT -> abort.accept(new Ending.Aborted(job.id, item, verdict));
    }
  }

  private void complete(Job job, int item, Verdict verdict) {
    job.unfinished--;
    tally.ended(verdict instanceof Verdict.Returned);
    turn.emit(new Effect.CompleteItem(job.id, item, verdict));
  }

  // ---- what waits for too long

  /** When the first of all will have waited for too long. */
  long nextExpiry() {
    return expiring.isEmpty() ? Long.MAX_VALUE : expiring.iterator().next().expiresAt;
  }

  /** Ends what has waited for too long without having begun. */
  void expire() {
    while (nextExpiry() <= turn.now()) {
      Job job = expiring.iterator().next();
      expiring.remove(job);
      for (Piece piece : queue.takeUnbegun(job)) {
        for (int item = piece.from(); item < piece.to() && !job.over; item++) {
          fail(job, item, Cause.QUEUE_TIMEOUT, new Verdict.Expired(rules.queueNanos(), waited()));
        }
      }
    }
  }

  private Diagnosis waited() {
    long busy = seats.values().stream().filter(Seat::busy).count();
    long ready = seats.values().stream().filter(Seat::up).count();
    Duration limit = Duration.ofNanos(rules.queueNanos());
    return Diagnosis.of(Cause.QUEUE_TIMEOUT, Certainty.PROVEN, 0)
        .summary("it waited for a worker for longer than " + limit.toMillis() + " ms")
        .evidence(
            "workers", busy + " of " + seats.size() + " at work, at most " + rules.crew().most())
        .advice(
            ready == 0
                ? "No worker was ready yet: keep some with workers(least, most), or allow for their"
                    + " start in queueTimeout."
                : "Raise queueTimeout or workers, or submit less at a time.")
        .build();
  }

  // ---- how jobs end

  private void endIfComplete(Job job) {
    if (job.unfinished == 0 && !job.over) {
      end(job, new Ending.AllDone());
    }
  }

  /** Ends a job: what waits is dropped, what is at a worker is revoked. */
  private void end(Job job, Ending ending) {
    open.remove(job.id);
    expiring.remove(job);
    job.over = true;
    if (job.unfinished > 0) {
      tally.cancelled(job.unfinished);
      queue.drop(job);
      askBack(job, Why.ABANDONED);
    }
    turn.emit(new Effect.EndTask(job.id, ending)); // how often it was begun is known by then
  }

  void endAll(Ending ending) {
    List.copyOf(open.values()).forEach(job -> end(job, ending));
  }

  /** Nobody wants it; a gentle end leaves alone what has begun. */
  void unwanted(long task, boolean gently) {
    Job job = open.get(task);
    if (job == null) {
      return;
    }
    job.answersToCome = gently ? askBack(job, Why.WITHDRAWN) : 0;
    job.begun = false;
    if (job.answersToCome == 0) {
      end(job, new Ending.Abandoned());
    }
  }

  /** Asks for all of a job that is at workers; returns how many answers that makes. */
  private int askBack(Job job, Why why) {
    int asked = 0;
    for (Seat seat : seats.values()) {
      for (Delivery delivery : seat.deliveries) {
        if (delivery.job == job && delivery.live()) {
          asked++;
          seat.ask(delivery, why, 0, turn.out());
        }
      }
    }
    return asked;
  }

  /** It was had back before it had begun. */
  void takenBack(Seat seat, Delivery delivery, Why why) {
    delivery.withdrawn = true;
    Piece rest = delivery.rest();
    seat.gaveBack(rest == null ? 0 : rest.size());
    if (delivery.job.over || rest == null) {
      delivery.phase = Delivery.Phase.ABANDONED;
    } else {
      delivery.phase = Delivery.Phase.RECALLED;
      if (why == Why.WITHDRAWN) {
        delivery.job.hadBack.add(rest);
      } else {
        queue.putBack(List.of(rest));
      }
    }
  }

  /** All answers have come: the job ends if nothing of it has begun, or goes on. */
  void withdrawalAnswered(Delivery delivery) {
    Job job = delivery.job;
    job.begun |= delivery.live();
    if (--job.answersToCome == 0 && !job.over) {
      if (job.begun) {
        queue.putBack(job.hadBack);
      } else {
        end(job, new Ending.Abandoned());
      }
      job.hadBack.clear();
    }
  }
}
