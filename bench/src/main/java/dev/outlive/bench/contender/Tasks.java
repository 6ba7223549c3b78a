package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import dev.outlive.task.MapOptions;
import dev.outlive.task.TaskFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What small tasks cost. */
final class Tasks {
  private static final int WORKERS = 2;

  private Tasks() {}

  static Samples noop(Plan plan) throws Exception {
    Samples samples = new Samples();
    List<Integer> inputs = inputs(plan.units());
    double unit = Samples.MICROS * plan.units();
    try (ProcessPool pool = ProcessPool.builder().workers(WORKERS).build()) {
      plan.rounds(samples, "one by one", unit, () -> oneByOne(pool, plan.units()));
      plan.rounds(
          samples,
          "map, one a chunk",
          unit,
          () -> pool.map(n -> 0, inputs, MapOptions.DEFAULTS.withChunk(1)));
      plan.rounds(samples, "map", unit, () -> pool.map(n -> 0, inputs));
    }
    return samples;
  }

  private static void oneByOne(ProcessPool pool, int tasks) throws Exception {
    List<TaskFuture<Integer>> futures = new ArrayList<>(tasks);
    for (int i = 0; i < tasks; i++) {
      futures.add(pool.submit(() -> 0));
    }
    for (TaskFuture<Integer> future : futures) {
      future.get();
    }
  }

  static Samples roundTrip(Plan plan) throws Exception {
    Samples samples = new Samples();
    try (ProcessPool pool = ProcessPool.builder().workers(WORKERS).build()) {
      for (int i = -plan.units(); i < plan.units(); i++) {
        long began = System.nanoTime();
        pool.call(() -> 0);
        if (i >= 0) {
          samples.add("", (System.nanoTime() - began) / Samples.MICROS);
        }
      }
    }
    return samples;
  }

  static Samples map(Plan plan) throws Exception {
    Samples samples = new Samples();
    List<Integer> inputs = inputs(plan.units());
    try (ProcessPool pool = ProcessPool.builder().workers(WORKERS).build()) {
      long began = System.nanoTime();
      increment(pool, inputs);
      samples.add("default, first", (System.nanoTime() - began) / Samples.MILLIS);
      plan.rounds(samples, "default", Samples.MILLIS, () -> increment(pool, inputs));
    }
    return samples;
  }

  private static void increment(ProcessPool pool, List<Integer> inputs) throws Exception {
    long sum = 0;
    for (int output : pool.map(n -> n + 1, inputs)) {
      sum += output;
    }
    long due = inputs.size() * (inputs.size() + 1L) / 2;
    if (sum != due) {
      throw new AssertionError("the sum is " + sum + " and not " + due);
    }
  }

  private static List<Integer> inputs(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
