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
    for (String told : List.of("Low", "Back")) {
      all.add("told Memory" + told);
    }
    all.addAll(List.of("told TaskPreempted", "told TaskWaitsForMemory", "told WorkerGrown"));
    all.addAll(List.of("MemorySeen", "launched of a size", "killed for PREEMPTED"));
    all.addAll(List.of("watches closely: true", "watches closely: false"));
    all.addAll(List.of("Deliver to a size", "Deliver alone", "Deliver after a wait"));
    all.addAll(List.of("Deliver unseen", "Deliver after preemption", "DismissWorker grown"));
    all.addAll(List.of("DismissWorker of a size", "DismissWorker in the way"));
    all.add("held up");
    if (deaths()) {
      for (KillReason reason : KillReason.values()) {
        boolean ends = reason == KillReason.ABORTED || reason == KillReason.CANCELLED;
        boolean backends =
            reason == KillReason.FROZEN
                || reason == KillReason.HUNG_EXIT
                || reason == KillReason.MEMORY_LIMIT;
        if (!backends && (cancels() || !ends)) {
          all.add("killed for " + reason);
        }
      }
      all.addAll(List.of("died of FROZEN", "died of HUNG_EXIT"));
      all.addAll(List.of("died of MEMORY_LIMIT", "died of KERNEL_OOM", "died of PREEMPTED"));
      all.addAll(List.of("item Died in vain", "item Threw in vain", "item TimedOut in vain"));
      all.addAll(List.of("in vain for want of a worker", "a size died early"));
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
