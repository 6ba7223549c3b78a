package dev.outlive.cli;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskRecord;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells in lines what a pool does for want of memory: otherwise it would seem to stand still.
 * Confined to the pool's thread for listeners.
 */
final class MemoryNews implements PoolListener {
  private final String beginningOfNames;
  private final Consumer<String> told;
  private final Map<Long, String> inputs = new HashMap<>(); // by the number of the task

  /** What those need that wait for it, by the number of the task. */
  private final Map<Long, Bytes> waiting = new HashMap<>();

  /**
   * Creates one.
   *
   * @param beginningOfNames what stands before the input in the name of each task
   * @param told is handed each line
   */
  MemoryNews(String beginningOfNames, Consumer<String> told) {
    this.beginningOfNames = beginningOfNames;
    this.told = told;
  }

  @Override
  public void on(PoolEvent event) {
    switch (event) {
      case PoolEvent.TaskSubmitted task ->
          inputs.put(task.task(), task.name().substring(beginningOfNames.length()));
      case PoolEvent.TaskWaitsForMemory task -> waits(task);
      case PoolEvent.TaskStarted task -> waiting.remove(task.task());
      case PoolEvent.TaskEnded task -> ended(task);
      case PoolEvent.TaskPreempted task -> told.accept(preempted(task));
      case PoolEvent.MemoryLow low -> told.accept(low(low));
      case PoolEvent.MemoryBack back -> told.accept(back(back));
      default -> {}
    }
  }

  /** An event may have been lost by a listener that fell behind. */
  private String input(long task) {
    return inputs.getOrDefault(task, "task " + task);
  }

  private String preempted(PoolEvent.TaskPreempted task) {
    return input(task.task())
        + ": taken back for want of memory, since "
        + new Bytes(task.freeBytes())
        + " were free and "
        + new Bytes(task.limitBytes())
        + " should be; it begins again later, and this attempt does not count";
  }

  private void waits(PoolEvent.TaskWaitsForMemory task) {
    Bytes needed = new Bytes(task.neededBytes());
    waiting.put(task.task(), needed);
    told.accept(
        input(task.task())
            + ": attempt "
            + task.attempt()
            + " waits for memory: it needs "
            + needed
            + ", free are "
            + new Bytes(task.freeBytes()));
  }

  private void ended(PoolEvent.TaskEnded task) {
    Bytes needed = waiting.remove(task.task());
    if (needed != null && task.record().ending() == TaskRecord.Ending.DIED) {
      told.accept(input(task.task()) + ": waited in vain for " + needed + " of memory");
    }
    inputs.remove(task.task());
  }

  private static String low(PoolEvent.MemoryLow low) {
    String stalled =
        low.stalledPercent() > 0
            ? String.format(
                Locale.ROOT,
                ", and everything stood still for %.0f %% of the last ten seconds",
                low.stalledPercent())
            : "";
    return "memory is short: free are "
        + new Bytes(low.freeBytes())
        + " of "
        + new Bytes(low.totalBytes())
        + " ("
        + low.place()
        + ")"
        + stalled
        + "; until "
        + new Bytes(low.limitBytes())
        + " are, no input begins beside another";
  }

  private static String back(PoolEvent.MemoryBack back) {
    return "there is memory again: free are "
        + new Bytes(back.freeBytes())
        + " ("
        + back.place()
        + ")";
  }
}
