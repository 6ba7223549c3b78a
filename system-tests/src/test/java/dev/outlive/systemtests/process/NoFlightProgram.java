package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.testkit.Crash;
import java.util.List;

/** A program in a runtime image that has no flight recorder, or that never records. */
final class NoFlightProgram {
  private NoFlightProgram() {}

  public static void main(String[] args) throws Exception {
    System.out.println("recorder " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
    try (ProcessPool pool =
        ProcessPool.builder().name("noflight").workers(1).listener(event -> {}).build()) {
      System.out.println(pool.map(n -> n * n, List.of(1, 2, 3)));
      try {
        pool.call(Crash::sigkill);
      } catch (WorkerDiedException e) {
        System.out.println(e.diagnosis().cause());
      }
      System.out.println("records " + pool.records().count());
    }
  }
}
