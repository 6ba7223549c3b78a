package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker's first task finds loaded what it needs, if the worker was idle. Budget: 2 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class WarmUpTest {
  private static final String REHEARSAL = "dev.outlive.internal.protocol.Rehearsal ";
  private static final List<String> REHEARSING = List.of("outlive-arming", "outlive-task");

  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_first_task_of_an_idle_worker_loads_no_class_of_outlives() throws Exception {
    Path log = directory.resolve("classes");
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1, 1)
            .jvmArgs("-Xlog:class+load:file=" + log + ":none:filecount=0")
            .build()) {
      Await.until(
          "the rehearsal", () -> Files.exists(log) && Files.readString(log).contains(REHEARSAL));
      long pid = pool.snapshot().workers().getFirst().pid().orElseThrow();
      Await.until("its end", () -> rehearsing(pid) == 1); // and that is the task thread
      int before = classes(log).size();

      assertThat(pool.call(() -> 42)).isEqualTo(42);

      List<String> after = classes(log);
      assertThat(after.subList(before, after.size()))
          .anyMatch(line -> line.startsWith(WarmUpTest.class.getName()))
          .noneMatch(line -> line.startsWith("dev.outlive.internal."))
          .noneMatch(line -> line.startsWith("java.lang.invoke.LambdaForm"));
    }
  }

  private static List<String> classes(Path log) throws IOException {
    return Files.readAllLines(log);
  }

  /** How many threads may be at the rehearsal: whoever is takes the task thread's name. */
  private static long rehearsing(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads
          .map(WarmUpTest::name)
          .filter(name -> REHEARSING.stream().anyMatch(name::startsWith))
          .count();
    }
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"));
    } catch (IOException gone) {
      return "";
    }
  }
}
