package dev.outlive.systemtests.chaos;

import dev.outlive.failure.Cause;
import dev.outlive.systemtests.chaos.Evidence.Begun;
import dev.outlive.systemtests.chaos.Evidence.End;
import dev.outlive.systemtests.chaos.Evidence.Finished;
import dev.outlive.systemtests.chaos.Evidence.Loss;
import dev.outlive.systemtests.chaos.Evidence.Submitted;
import dev.outlive.systemtests.chaos.Evidence.Who;
import dev.outlive.task.TaskRecord.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of the evidence of a round. Each names what is wrong, with the ledgers' words. */
enum Invariant {
  /** Each task that was submitted ends once; what it returned is due, and its worker made it. */
  ONE_RIGHT_END {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      List<String> broken = new ArrayList<>();
      for (Submitted task : evidence.submitted().values()) {
        List<End> ends = evidence.ends().getOrDefault(task.task(), List.of());
        if (ends.size() > 1 || (ends.isEmpty() && rules.allEnd())) {
          broken.add("task " + task.task() + " has ended " + ends.size() + " times: " + ends);
        }
        for (End end : ends) {
          if (end.ending() == Ending.RETURNED) {
            wrong(task, end, evidence, broken);
          }
        }
      }
      for (int task : evidence.ends().keySet()) {
        if (!evidence.submitted().containsKey(task)) {
          broken.add("task " + task + " has ended, and nobody submitted it");
        }
      }
      return broken;
    }

    private void wrong(Submitted task, End end, Evidence evidence, List<String> broken) {
      String due = StormTask.digest(StormTask.value(task.task(), task.size()));
      if (!end.digest().equals(due)) {
        broken.add("task " + task.task() + " returned " + end.digest() + ", due is " + due);
      }
      boolean made = false;
      for (Finished attempt : evidence.finished()) {
        made |=
            attempt.task() == task.task()
                && attempt.attempt() == end.attempts()
                && attempt.who().equals(end.who());
      }
      if (!made) {
        broken.add("no attempt says that it made the result of " + end);
      }
    }
  },

  /** Each failure, lost attempt and death has an injected cause, and the diagnosis says which. */
  NO_FAILURE_WITHOUT_CAUSE {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      List<String> broken = new ArrayList<>();
      for (End end : all(evidence)) {
        switch (end.ending()) {
          case RETURNED -> {}
          case DIED, THREW ->
              end.cause()
                  .ifPresentOrElse(
                      cause -> check(end.who(), cause, end.at(), end, evidence, broken),
                      () -> broken.add("an end without a cause: " + end));
          default -> broken.add("nobody injected such an end: " + end);
        }
        for (Loss loss : evidence.losses().getOrDefault(end.task(), List.of())) {
          check(loss.who(), loss.cause(), end.at(), loss, evidence, broken);
        }
      }
      for (Evidence.DeathTold death : evidence.deaths()) {
        if (!death.asked()) {
          check(death.who(), death.cause(), death.at(), death, evidence, broken);
        }
      }
      return broken;
    }

    private void check(
        Who who, Cause cause, long at, Object what, Evidence evidence, List<String> broken) {
      Set<Cause> injected = evidence.injected(who, at);
      if (!injected.contains(cause)) {
        broken.add("injected into " + who + " was " + injected + ", told was " + what);
      }
    }
  },

  /** No attempt is made twice, beyond the policy, or unknown to the caller; none too few. */
  ATTEMPTS_WITHIN_POLICY {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      List<String> broken = new ArrayList<>();
      Map<Integer, List<Begun>> begun = new HashMap<>();
      for (Begun attempt : evidence.begun()) {
        begun.computeIfAbsent(attempt.task(), _ -> new ArrayList<>()).add(attempt);
      }
      begun.forEach((task, attempts) -> inOrder(task, attempts, rules, broken));
      for (End end : all(evidence)) {
        List<Loss> losses = evidence.losses().getOrDefault(end.task(), List.of());
        int lost = end.ending() == Ending.RETURNED ? end.attempts() - 1 : end.attempts();
        boolean ownEnd = end.ending() == Ending.RETURNED || end.ending() == Ending.DIED;
        // where an end is told twice its losses are too: that is another invariant's
        boolean once = evidence.ends().getOrDefault(end.task(), List.of()).size() == 1;
        if (ownEnd && once && losses.size() != lost) {
          broken.add("the losses do not add up to " + end + ": " + losses);
        }
        if (end.ending() == Ending.DIED && end.attempts() != rules.attempts()) {
          broken.add("given up before attempt " + rules.attempts() + ": " + end);
        }
        if (end.attempts() > rules.attempts()) {
          broken.add("more than " + rules.attempts() + " attempts: " + end);
        }
        for (Begun attempt : begun.getOrDefault(end.task(), List.of())) {
          if (attempt.attempt() > end.attempts()) {
            broken.add("the caller does not know of " + attempt + ": " + end);
          }
          for (Loss loss : losses) {
            if (loss.attempt() == attempt.attempt() && !loss.who().equals(attempt.who())) {
              broken.add("lost elsewhere than begun: " + loss + ", " + attempt);
            }
          }
        }
      }
      return broken;
    }

    private void inOrder(int task, List<Begun> attempts, Rules rules, List<String> broken) {
      Set<Integer> numbers = new HashSet<>();
      Begun last = attempts.getFirst();
      for (Begun attempt : attempts) {
        if (!numbers.add(attempt.attempt())) {
          broken.add("task " + task + " has begun an attempt twice: " + attempts);
        }
        if (attempt.attempt() > rules.attempts() || attempt.attempt() < last.attempt()) {
          broken.add("out of turn, of " + rules.attempts() + ": " + attempt + " after " + last);
        }
        last = attempt;
      }
    }
  },

  /** The death of each worker that was killed is told. */
  NO_VICTIM_UNTOLD {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      Set<Who> told = new HashSet<>();
      evidence.deaths().forEach(death -> told.add(death.who()));
      List<String> broken = new ArrayList<>();
      for (Evidence.Blow hit : evidence.hits()) {
        boolean deadly = hit.kind().aim == Kind.Aim.WORKER && !hit.kind().causes.isEmpty();
        if (deadly && rules.allEnd() && !told.contains(hit.who())) {
          broken.add("nobody was told of the end of " + hit);
        }
      }
      return broken;
    }
  },

  /** While tasks wait something ends; what a task has made reaches the caller in time. */
  NO_GAP {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      List<String> broken = new ArrayList<>();
      if (evidence.gaveUp()) {
        broken.add("nothing moved any more, and the watchdog gave up: see the dump on stderr");
      }
      long longest = longestGap(evidence);
      if (longest > rules.gapMillis()) {
        broken.add("for " + longest + " ms nothing has ended, though tasks waited");
      }
      for (Finished made : evidence.finished()) {
        for (End end : evidence.ends().getOrDefault(made.task(), List.of())) {
          long late = end.at() - made.at();
          if (made.attempt() == end.attempts() && late > rules.gapMillis()) {
            broken.add(late + " ms from " + made + " to " + end);
          }
        }
      }
      return broken;
    }
  },

  /** No process, thread, file, segment or descriptor; no work after the parent's end. */
  NOTHING_LEFT {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      List<String> broken = new ArrayList<>(evidence.left());
      for (Evidence.Blow hit : evidence.hits()) {
        if (hit.kind() == Kind.PARENT_KILL) {
          for (Begun attempt : evidence.begun()) {
            if (attempt.at() > hit.at() + rules.afterlifeMillis()) {
              broken.add("begun " + (attempt.at() - hit.at()) + " ms after the kill: " + attempt);
            }
          }
        }
      }
      return broken;
    }
  },

  /** Of all rounds together: see {@link Flatness}. */
  FLAT {
    @Override
    List<String> broken(Evidence evidence, Rules rules) {
      return List.of();
    }
  };

  /**
   * What a scenario allows.
   *
   * @param attempts that a task has
   * @param gapMillis without progress, and until something is told
   * @param allEnd whether each task must end: not where the caller itself is killed
   * @param afterlifeMillis how long after that an attempt may still begin
   */
  record Rules(int attempts, long gapMillis, boolean allEnd, long afterlifeMillis) {}

  /** Something that does not hold. */
  record Violation(Invariant invariant, String what) {
    @Override
    public String toString() {
      return invariant + ": " + what;
    }
  }

  abstract List<String> broken(Evidence evidence, Rules rules);

  /** Returns what does not hold. */
  static List<Violation> check(Evidence evidence, Rules rules) {
    List<Violation> violations = new ArrayList<>();
    for (Invariant invariant : values()) {
      for (String what : invariant.broken(evidence, rules)) {
        violations.add(new Violation(invariant, what));
      }
    }
    return violations;
  }

  private static List<End> all(Evidence evidence) {
    return evidence.ends().values().stream().flatMap(List::stream).toList();
  }

  /** Returns the longest time without an end while tasks were waiting for theirs. */
  static long longestGap(Evidence evidence) {
    record Step(long at, int waiting) {}

    List<Step> steps = new ArrayList<>();
    evidence.submitted().values().forEach(task -> steps.add(new Step(task.at(), 1)));
    all(evidence).forEach(end -> steps.add(new Step(end.at(), -1)));
    steps.sort(Comparator.comparingLong(Step::at));
    long longest = 0;
    long last = 0;
    int waiting = 0;
    for (Step step : steps) {
      if (waiting > 0 && step.waiting() < 0) {
        longest = Math.max(longest, step.at() - last);
      }
      if (waiting == 0 || step.waiting() < 0) {
        last = step.at();
      }
      waiting += step.waiting();
    }
    return longest;
  }
}
