package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Due.Failure;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part of an {@link Oracle} that knows what tasks and items are due, and keeps the counts. */
final class Judge {
  private static final Diagnosis NO_WORDS =
      Diagnosis.of(Cause.QUEUE_TIMEOUT, Certainty.PROVEN, 0).build();

  private static final String SOME_WORDS = "why";

  private final Agenda agenda;
  private final Map<Long, TaskBook> tasks = new LinkedHashMap<>();

  /** What must follow from the event at hand, in its order. */
  final List<Effect> judgements = new ArrayList<>();

  private @Nullable Ending stopped;
  private long batches;
  private int submitted;
  private int done;
  private int failed;
  private int cancelled;
  private int retried;
  int deaths;
  private final MemoryRules memory;
  private final Map<Cause, Long> lost = new EnumMap<>(Cause.class);

  Judge(Agenda agenda, MemoryRules memory) {
    this.agenda = agenda;
    this.memory = memory;
  }

  Collection<TaskBook> tasks() {
    return tasks.values();
  }

  TaskBook task(long id) {
    return Objects.requireNonNull(tasks.get(id));
  }

  boolean someOpen() {
    return tasks.values().stream().anyMatch(TaskBook::open);
  }

  boolean stopping() {
    return stopped != null;
  }

  /** How all tasks together were ended, if they were. */
  @Nullable Ending stopped() {
    return stopped;
  }

  void before() {
    judgements.clear();
  }

  void submitted(Event.TaskSubmitted e) {
    tasks.put(e.task(), new TaskBook(e, agenda.now()));
    submitted += e.items();
  }

  void abandoned(long id) {
    TaskBook task = tasks.get(id);
    if (task != null && task.open()) {
      end(task, new Ending.Abandoned());
    }
  }

  void returned(Item item, ItemResult result) {
    complete(item, new Verdict.Returned(result, item.attempt(), Due.lost(item.failures)));
    endIfComplete(item.task);
  }

  /** An attempt has failed: it is tried again, or the failure policy has its say. */
  void fail(Item item, Failure failure, @Nullable ItemResult error) {
    TaskBook task = item.task;
    item.failures.add(failure);
    item.error = error;
    Due due = Due.after(task.rules, item.failures);
    int attempts = item.failures.size();
    Diagnosis death = failure.lost();
    if (death != null) {
      lost.merge(failure.cause(), 1L, Long::sum);
      judgements.add(new Effect.RecordLoss(task.id, item.index, attempts, due.again(), death));
    }
    RetryPolicy retry = due.retry();
    if (retry != null) {
      retried++;
      item.place = Place.RETRY;
      item.wants = item.wants.next(retry, memory);
      item.wait.begin();
      item.notBefore = agenda.now() + due.least();
      item.readyBy = agenda.now() + due.most() + (due.most() > 0 ? World.LATENESS : 0);
      judgements.add(
          new Effect.Tell(
              new PoolEvent.TaskRetried(task.id, item.index, attempts, failure.cause())));
      return;
    }
    Verdict verdict = Due.verdict(task.rules, item.failures, error);
    complete(item, verdict);
    settle(item, due.policy(), verdict);
  }

  /** An attempt was lost for the sake of others: it does not count. */
  void preempted(Item item, Diagnosis death) {
    lost.merge(Cause.PREEMPTED, 1L, Long::sum);
    item.preempted = true;
    judgements.add(new Effect.RecordLoss(item.task.id, item.index, item.attempt(), true, death));
  }

  /** There is no further attempt, though there could have been: it has failed as it did. */
  void inVain(Item item) {
    Verdict verdict = Due.verdict(item.task.rules, item.failures, item.error).because(SOME_WORDS);
    item.inVain = true;
    item.place = Place.OUT;
    complete(item, verdict);
    settle(item, Due.after(item.task.rules, item.failures).policy(), verdict);
  }

  /** What has waited for too long without having begun is ended, the oldest task first. */
  void expire(long queueNanos) {
    for (TaskBook task : tasks.values()) {
      if (task.open() && !task.expired && agenda.now() - task.submittedAt >= queueNanos) {
        task.expired = true;
        for (Item item : task.items) {
          if (task.open() && item.unbegun()) {
            expire(item, queueNanos);
          }
        }
      }
    }
  }

  private void expire(Item item, long queueNanos) {
    item.place = Place.OUT;
    Verdict verdict = new Verdict.Expired(queueNanos, NO_WORDS);
    complete(item, verdict);
    settle(item, item.task.rules.onTimeout(), verdict);
  }

  private void settle(Item item, FailurePolicy policy, Verdict verdict) {
    if (policy == FailurePolicy.SKIP) {
      endIfComplete(item.task);
    } else if (policy == FailurePolicy.FAIL) {
      end(item.task, new Ending.Failed(item.index));
    } else {
      stop(new Ending.Aborted(item.task.id, item.index, verdict));
    }
  }

  /** Without the words of a diagnosis that the pool itself has made. */
  Effect withoutWords(Effect.CompleteItem e) {
    return new Effect.CompleteItem(e.task(), e.item(), withoutWords(e.verdict()));
  }

  Effect withoutWords(Effect.EndTask e) {
    return e.ending() instanceof Ending.Aborted(long culprit, int item, Verdict verdict)
        ? new Effect.EndTask(e.task(), new Ending.Aborted(culprit, item, withoutWords(verdict)))
        : e;
  }

  private static Verdict withoutWords(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Expired expired -> new Verdict.Expired(expired.limitNanos(), NO_WORDS);
      case Verdict.Died died -> died.why().isEmpty() ? died : died.because(SOME_WORDS);
      default -> verdict;
    };
  }

  /** Items that no worker has begun wait again, ahead of others, in their order. */
  void comeBack(List<Item> items) {
    batches++;
    for (Item item : items) {
      if (item.task.open() && item.place != Place.ENDED) {
        comeBack(item, items.indexOf(item));
      }
    }
  }

  /** What wants more than a free worker waits for that once more. */
  private void comeBack(Item item, int index) {
    item.place = item.wants.special() ? Place.RETRY : Place.BACK;
    item.cameBack = batches;
    item.cameBackAs = index;
    item.notBefore = agenda.now();
    item.readyBy = agenda.now();
    item.wait.begin();
  }

  void stop(Ending ending) {
    if (stopped == null) {
      stopped = ending;
      tasks.values().stream().filter(TaskBook::open).forEach(task -> end(task, ending));
    }
  }

  private void complete(Item item, Verdict verdict) {
    Violation.unless(item.place == Place.OUT, "a second end of %s: %s", item, verdict);
    item.place = Place.ENDED;
    item.verdict = verdict;
    item.task.unfinished--;
    done += verdict instanceof Verdict.Returned ? 1 : 0;
    failed += verdict instanceof Verdict.Returned ? 0 : 1;
    judgements.add(new Effect.CompleteItem(item.task.id, item.index, verdict));
  }

  private void endIfComplete(TaskBook task) {
    if (task.unfinished == 0) {
      end(task, new Ending.AllDone());
    }
  }

  private void end(TaskBook task, Ending ending) {
    task.ending = ending;
    cancelled += task.unfinished;
    judgements.add(new Effect.EndTask(task.id, ending));
  }

  private static boolean isAtWork(WorkerBook worker) {
    return !worker.died
        && !worker.hands.isEmpty()
        && worker.hands.getFirst().live
        && worker.hands.getFirst().task.open();
  }

  private static boolean mayBeAtWork(WorkerBook worker) {
    return !worker.died && worker.hands.stream().anyMatch(hand -> hand.task.open());
  }

  /** Compares a pool's own counts with these. */
  void checkCounts(PoolSnapshot is, Collection<WorkerBook> workers) {
    boolean equal =
        is.done() == done
            && is.failed() == failed
            && is.cancelled() == cancelled
            && is.retried() == retried
            && is.deaths() == deaths
            && is.lost().equals(lost)
            && is.queued() >= 0
            && is.running() >= workers.stream().filter(Judge::isAtWork).count()
            && is.running() <= workers.stream().filter(Judge::mayBeAtWork).count()
            && is.queued() + is.running() + done + failed + cancelled == submitted
            && is.workers().size() == workers.stream().filter(w -> !w.died).count();
    Violation.unless(
        equal,
        "counts: %s%n but done %d, failed %d, cancelled %d, retried %d, deaths %d, lost %s of %d"
            + " items",
        is,
        done,
        failed,
        cancelled,
        retried,
        deaths,
        lost,
        submitted);
  }
}
