package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
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
    try (ProcessPool pool =
        ProcessPool.builder().workers(2).warmSpares(1).listener(watch).build()) {
      Set<Long> used = new HashSet<>();
      while (used.size() < 2) {
        List<Integer> both = List.of(0, 1);
        used.addAll(pool.map(n -> pid(), both));
      }
      watch.awaitReady(3);
      Thread.sleep(1000); // idle is what it is after a while
      for (long pid : watch.pids()) {
        samples.add(used.contains(pid) ? "after a task" : "ready", proportional(pid));
      }
    }
    return samples;
  }

  private static long pid() throws InterruptedException {
    Thread.sleep(50); // long enough for the other input to go to the other worker
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
