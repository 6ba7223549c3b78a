package dev.outlive.systemtests.chaos;

import java.time.Duration;
import java.util.List;

/**
 * How much of everything there is in a round.
 *
 * @param rounds how many rounds, each with a pool of its own
 * @param batches how many batches of tasks; between two all workers are idle
 * @param load the tasks of a batch
 * @param strikes what is done to workers in a batch
 * @param limits how long things may take
 */
record Plan(int rounds, int batches, Load load, Strikes strikes, Limits limits) {

  /**
   * The work.
   *
   * @param workers at work at a time; there are never fewer, so that a dead one is replaced at once
   * @param tasks in a batch
   * @param largePercent how many of them have results of 4 MB
   * @param longestMicros how long one takes at most
   * @param attempts how many attempts each has, where its worker dies
   */
  record Load(int workers, int tasks, int largePercent, int longestMicros, int attempts) {}

  /**
   * What is done to workers in a batch.
   *
   * @param busy how many busy ones are killed while it is worked at
   * @param idle how many idle ones are killed when it is done
   * @param starting how many of their successors are killed before they are ready
   * @param ordered how many tasks are told to harm themselves
   * @param orders in which ways; the more often one is in the list, the more often it is drawn
   */
  record Strikes(int busy, int idle, int starting, int ordered, List<Kind> orders) {
    static final Strikes NONE = new Strikes(0, 0, 0, 0, List.of());
  }

  /**
   * How long things may take.
   *
   * @param gap without any progress, and until a result or death is told
   * @param frozenAfter the pool's setting
   */
  record Limits(Duration gap, Duration frozenAfter) {
    static final Limits USUAL = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(30));
  }

  static Plan of(int rounds, int batches, Load load, Strikes strikes) {
    return new Plan(rounds, batches, load, strikes, Limits.USUAL);
  }

  Plan within(Duration gap, Duration frozenAfter) {
    return new Plan(rounds, batches, load, strikes, new Limits(gap, frozenAfter));
  }

  /** Returns the tasks of a round. */
  int tasks() {
    return batches * load.tasks();
  }
}
