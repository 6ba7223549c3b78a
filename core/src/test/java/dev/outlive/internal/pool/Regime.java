package dev.outlive.internal.pool;

import dev.outlive.spi.KillReason;
import java.util.ArrayList;
import java.util.List;

/** What a simulated world may do to a pool. */
enum Regime {
  /** Tasks return or throw; nothing dies before it is asked to. */
  CALM,
  /** Everything: deaths at any moment, late and hanging items, lies, cancels, aborts, stops. */
  STORMY,
  /** As stormy, but nothing ends an item before its time: each is due a verdict of its own. */
  UNCANCELLED;

  /** What must have been seen in many histories: a world that has become tame proves nothing. */
  List<String> must() {
    List<String> all = new ArrayList<>(List.of("item Returned", "item Threw", "Deliver"));
    if (deaths()) {
      for (KillReason reason : KillReason.values()) {
        boolean ends = reason == KillReason.ABORTED || reason == KillReason.CANCELLED;
        boolean backends =
            reason == KillReason.FROZEN
                || reason == KillReason.HUNG_EXIT
                || reason == KillReason.MEMORY_LIMIT
                || reason == KillReason.PREEMPTED;
        if (!backends && (cancels() || !ends)) {
          all.add("killed for " + reason);
        }
      }
      all.addAll(List.of("died of FROZEN", "died of HUNG_EXIT"));
      all.addAll(List.of("item Died", "item TimedOut", "RecordLoss", "a lie: ItemReturned"));
      all.addAll(List.of("RECALLED answered Withdrawn", "RECALLED answered Begun"));
      all.addAll(List.of("LATE answered InTime", "LATE answered Stopped"));
      all.addAll(List.of("LATE answered Published"));
    }
    if (cancels()) {
      all.addAll(List.of("ended Abandoned", "ended ShutDown", "ended Aborted", "ended Broken"));
      all.add("item Expired");
      all.addAll(List.of("ABANDONED answered Stopped", "ABANDONED answered Withdrawn"));
      all.addAll(List.of("ABANDONED answered Published", "Interrupt"));
      all.addAll(List.of("WITHDRAWN answered Withdrawn", "WITHDRAWN answered Begun"));
    }
    return all;
  }

  boolean deaths() {
    return this != CALM;
  }

  boolean cancels() {
    return this == STORMY;
  }
}
