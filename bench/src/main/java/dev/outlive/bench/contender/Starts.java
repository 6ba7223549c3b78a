package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;

/** How long workers and pools take to start. */
final class Starts {
  private Starts() {}

  static Samples worker(Plan plan) throws Exception {
    Samples samples = new Samples();
    for (int i = 0; i <= plan.rounds(); i++) {
      samples.add(i == 0 ? "first in the program" : "again", ready());
    }
    System.setProperty("outlive.aot", "off");
    for (int i = 0; i < plan.rounds(); i++) {
      samples.add("again, without an AOT cache", ready());
    }
    return samples;
  }

  private static double ready() throws Exception {
    WorkerWatch watch = new WorkerWatch();
    try (ProcessPool pool = ProcessPool.builder().workers(1).listener(watch).build()) {
      long began = System.nanoTime();
      pool.execute(() -> {});
      return (watch.awaitReady(1) - began) / Samples.MILLIS;
    }
  }

  static Samples pool(Plan plan) throws Exception {
    Samples samples = new Samples();
    for (int i = 0; i <= plan.rounds(); i++) {
      long began = System.nanoTime();
      try (ProcessPool pool = ProcessPool.builder().workers(2).build()) {
        pool.call(() -> 0);
        double millis = (System.nanoTime() - began) / Samples.MILLIS;
        samples.add(i == 0 ? "first" : "again", millis);
      }
    }
    return samples;
  }
}
