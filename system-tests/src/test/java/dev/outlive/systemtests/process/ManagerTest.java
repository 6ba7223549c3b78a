package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.manager.Manager;
import dev.outlive.systemtests.Await;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Managers in programs that end, are killed, and nest: nothing of them is left. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ManagerTest {
  private static final Duration GONE = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path scratch;

  @Test
  void a_program_that_closes_its_manager_leaves_nothing_and_is_quiet() throws Exception {
    try (Program program = Program.start(scratch, ManagerProgram.class, "close")) {
      assertThat(program.readAll()).isEqualTo("{sum=10}\n");
      assertThat(program.exitValue(BOUND)).as(program::errors).isZero();
      assertThat(program.errors()).isEmpty();
      program.awaitNothingLeft(GONE);
    }
  }

  @Test
  void a_program_that_exits_with_an_open_manager_leaves_nothing() throws Exception {
    try (Program program = Program.start(scratch, ManagerProgram.class, "exit")) {
      assertThat(program.readAll()).isEqualTo("{sum=10}\n");
      assertThat(program.exitValue(BOUND)).as(program::errors).isZero();
      program.awaitNothingLeft(GONE);
    }
  }

  @Test
  void the_server_of_a_killed_program_goes_with_it_and_its_files_too() throws Exception {
    try (Program program = Program.start(scratch, ManagerProgram.class, "wait")) {
      assertThat(program.readLine()).as(program::errors).isEqualTo("{sum=10}");
      assertThat(program.runDirectories()).hasSize(3);
      program.kill();
      program.awaitNothingLeft(GONE);
    }
  }

  @Test
  void what_is_left_when_all_are_killed_is_swept_by_the_next() throws Exception {
    try (Program program = Program.start(scratch, ManagerProgram.class, "wait")) {
      assertThat(program.readLine()).as(program::errors).isEqualTo("{sum=10}");
      List<String> all = new ArrayList<>(List.of("kill", "-9", Long.toString(program.pid())));
      program.guardians().forEach(pid -> all.add(pid.toString()));
      assertThat(new ProcessBuilder(all).inheritIO().start().waitFor()).isZero();
      Await.until(GONE, "the end of all", () -> program.started().isEmpty());
      try (Manager next = Manager.start()) {
        assertThat(next.objects()).isZero();
        assertThat(program.runDirectories()).isEmpty();
      }
    }
  }

  /** A user's own, with a proxy in it. */
  record Job(String name, List<ConcurrentMap<String, Integer>> results)
      implements java.io.Serializable {}

  @Test
  void proxies_travel_as_captures_arguments_results_and_fields_at_any_depth() throws Exception {
    try (Manager manager = Manager.start();
        ProcessPool pool = ProcessPool.builder().workers(2).build()) {
      ConcurrentMap<String, Integer> map = manager.map();
      pool.forEach(
          job -> job.results().getFirst().put(job.name(), map.size()),
          List.of(
              new Job("a", Collections.nCopies(2, map)),
              new Job("b", new ArrayList<>(List.of(map)))));
      assertThat(map.keySet()).containsExactlyInAnyOrder("a", "b");
      Job back = pool.call(() -> new Job("c", List.of(map)));
      assertThat(back.results().getFirst()).isSameAs(map);
    }
  }

  @Test
  void what_a_worker_makes_outlives_it_in_the_one_that_gets_it() throws Exception {
    try (Manager manager = Manager.start();
        ProcessPool pool = ProcessPool.builder().workers(1).recycleAfter(1).build()) {
      Maker maker = manager.create(Maker.class, Making::new);
      for (int i = 0; i < 2; i++) {
        int number = i;
        Notes made =
            pool.call(
                () -> {
                  Notes own = maker.make();
                  own.add("from task " + number);
                  return own;
                });
        assertThat(made.all()).containsExactly("from task " + number);
      }
    }
  }

  /** What is made. */
  interface Notes {
    void add(String note);

    List<String> all();
  }

  static class Noted implements Notes {
    private final List<String> notes = new ArrayList<>();

    @Override
    public synchronized void add(String note) {
      notes.add(note);
    }

    @Override
    public synchronized List<String> all() {
      return List.copyOf(notes);
    }
  }

  /** Makes managed objects. */
  interface Maker {
    @dev.outlive.managed.ByReference
    Notes make();
  }

  static class Making implements Maker {
    @Override
    public Notes make() {
      return new Noted();
    }
  }
}
