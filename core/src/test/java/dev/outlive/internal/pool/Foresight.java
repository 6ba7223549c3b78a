package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Due.Failure;
import dev.outlive.internal.pool.Script.Act;
import dev.outlive.internal.pool.Script.Attempt;
import dev.outlive.internal.pool.TaskBook.Item;
import java.util.Collection;

/**
 * Foretells how items end from the script alone, where nothing from outside comes between: the
 * check that world and oracle have not lied to each other.
 */
final class Foresight {
  private Foresight() {}

  static void check(Script script, Regime regime, Collection<TaskBook> tasks) {
    for (TaskBook task : tasks) {
      for (Item item : task.items) {
        Violation.unless(
            regime != Regime.UNCANCELLED || item.verdict != null, "no verdict: %s", item);
        if (item.verdict != null) {
          check(script, item);
        }
      }
    }
  }

  private static void check(Script script, Item item) {
    for (int i = 0; i < item.failures.size(); i++) {
      Attempt attempt = script.attempt(item.task.id, item.index, i + 1);
      Failure failure = item.failures.get(i);
      boolean foretold =
          switch (attempt.act()) {
            case RETURN -> attempt.racing() && failure.cause() == Cause.TIMEOUT;
            case THROW, HANG -> failure.cause() == attempt.cause();
            case CRASH -> failure.cause() == attempt.cause() && failure.scripted();
          };
      boolean fromOutside = failure.lost() != null && !failure.scripted();
      Violation.unless(foretold || fromOutside, "not foretold: %s of %s", failure, item);
      boolean last = i + 1 == item.failures.size();
      boolean more = !last || item.inVain || item.verdict instanceof Verdict.Returned;
      boolean again = Due.after(item.task.rules, item.failures.subList(0, i + 1)).again();
      Violation.unless(more == again, "attempts at %s do not fit its rules", item);
    }
    if (item.verdict instanceof Verdict.Returned) {
      Act act = script.attempt(item.task.id, item.index, item.attempt()).act();
      Violation.unless(act == Act.RETURN, "returned though it should %s: %s", act, item);
    }
  }
}
