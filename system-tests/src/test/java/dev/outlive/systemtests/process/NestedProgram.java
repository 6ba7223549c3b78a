package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.systemtests.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A program whose pool's task has a pool whose task has a pool whose task never ends. */
final class NestedProgram {
  static final String READY = "ready";
  static final int LEVELS = 3;

  private NestedProgram() {}

  public static void main(String[] args) throws Exception {
    String sign = args[0];
    try (ProcessPool pool = builder().build()) {
      var _ = pool.submit(() -> nest(LEVELS - 1, sign));
      Await.sign(Path.of(sign));
      System.out.println(READY);
      System.out.flush();
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  static void nest(int levels, String sign) throws Exception {
    if (levels == 0) {
      Files.createFile(Path.of(sign));
      Thread.sleep(Duration.ofMinutes(5));
    }
    try (ProcessPool pool = builder().build()) {
      pool.call(() -> nest(levels - 1, sign));
    }
  }

  static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("nested")
        .workers(1)
        .grace(Duration.ofMillis(500))
        .jvmArgs(Await.QUICK_START);
  }
}
