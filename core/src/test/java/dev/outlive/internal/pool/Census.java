package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.WorkerSize;
import java.util.Set;
import java.util.TreeMap;

/** Counts what happened in many histories, so that a world that became too tame is noticed. */
final class Census {
  private final TreeMap<String, Integer> counts = new TreeMap<>();

  void event(Event event, boolean honest) {
    String kind = event.getClass().getSimpleName();
    count(honest ? kind : "a lie: " + kind);
    if (event instanceof Event.WorkerDied died) {
      count("died of " + died.death().diagnosis().cause());
    }
  }

  void effect(Effect effect) {
    switch (effect) {
      case Effect.KillWorker e -> count("killed for " + e.reason());
      case Effect.EndTask e -> count("ended " + e.ending().getClass().getSimpleName());
      case Effect.CompleteItem e -> {
        boolean inVain = e.verdict() instanceof Verdict.Died died && !died.why().isEmpty();
        count("item " + e.verdict().getClass().getSimpleName() + (inVain ? " in vain" : ""));
      }
      case Effect.LaunchWorker e ->
          count("launched " + (e.size().equals(WorkerSize.USUAL) ? "as usual" : "of a size"));
      case Effect.WatchMemory e -> count("watches closely: " + e.closely());
      case Effect.Tell e -> count("told " + e.event().getClass().getSimpleName());
      default -> count(effect.getClass().getSimpleName());
    }
  }

  void answer(Why why, Revocation answer) {
    count(why + " answered " + answer.getClass().getSimpleName());
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  Set<String> seen() {
    return counts.keySet();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
