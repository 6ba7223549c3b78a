package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import dev.outlive.bench.Arrivals;
import dev.outlive.memory.SharedInt;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** How much memory an idle worker holds. */
final class Footprint {
  private Footprint() {}

  static Samples idle(Plan plan) throws Exception {
    Samples samples = new Samples();
    WorkerWatch watch = new WorkerWatch();
    try (SharedInt here = SharedInt.create();
        ProcessPool pool = ProcessPool.builder().workers(2).warmSpares(1).listener(watch).build()) {
      Task<Long> task = () -> pidWithTheOther(here);
      Set<Long> used = new HashSet<>();
      for (TaskFuture<Long> one : pool.submitAll(List.of(task, task))) {
        used.add(one.get());
      }
      watch.awaitReady(3);
      for (long pid : watch.pids()) {
        Stillness.await(pid);
        samples.add(used.contains(pid) ? "after a task" : "ready", proportional(pid));
      }
    }
    return samples;
  }

  /** Ends when the other task has begun, which is in the other worker then. */
  private static long pidWithTheOther(SharedInt here) throws InterruptedException {
    Arrivals.arrive(here);
    Arrivals.await(here, 2);
    return ProcessHandle.current().pid();
  }

  /** The proportional set size in MiB. */
  private static double proportional(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      String line = lines.filter(text -> text.startsWith("Pss:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    }
  }
}
