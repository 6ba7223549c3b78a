package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.OutputLine;
import dev.outlive.monitor.OutputMode;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Action;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOutput;
import dev.outlive.task.TaskStream;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a task prints is told of that task, whatever it does. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
@Tag("either-world")
class TaskOutputTest {
  private static final long FLOOD = 200 << 20;
  private static final int KEPT = 64 << 10;

  private static ProcessPoolBuilder one() {
    return ProcessPool.builder().name("prints").workers(1);
  }

  /** Runs it and returns what it printed, however it ended. */
  private static TaskOutput output(ProcessPool pool, Action action) throws Exception {
    TaskFuture<Void> future = pool.submit(action);
    try {
      future.get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(WorkerDiedException.class);
    }
    return future.output();
  }

  private static TaskOutput printed(String out, String err) {
    return new TaskOutput(out, err, 0, 0);
  }

  @Test
  void each_task_of_a_worker_has_its_own_lines_and_streams_do_not_mix() throws Exception {
    try (ProcessPool pool = one().build()) {
      for (int i = 0; i < 50; i++) {
        int n = i;
        TaskOutput output =
            output(
                pool,
                () -> {
                  System.out.print("a" + n);
                  System.err.print("b");
                  System.out.println("ä");
                  System.err.print("c");
                });
        assertThat(output).isEqualTo(printed("a" + n + "ä\n", "bc"));
      }
      assertThat(output(pool, () -> {})).isEqualTo(TaskOutput.NOTHING);
    }
  }

  @Test
  void what_runs_can_be_watched() throws Exception {
    try (ProcessPool pool = one().build()) {
      TaskFuture<Void> running =
          pool.submit(
              () -> {
                System.out.println("begun");
                Crash.hang();
              });
      Await.until("a first line", () -> running.output().out().equals("begun\n"));
      running.cancel(true);
      assertThat(running.output().out()).isEqualTo("begun\n");
    }
  }

  @Test
  void what_native_code_and_children_print_is_stderr_of_the_task_that_runs() throws Exception {
    try (ProcessPool pool = one().build()) {
      for (int i = 0; i < 10; i++) {
        TaskOutput output =
            output(
                pool,
                () -> {
                  Crash.writeNative(1, "native 1\n");
                  System.out.println("java");
                  Crash.writeNative(2, "native 2\n");
                  new ProcessBuilder("echo", "child").inheritIO().start().waitFor();
                  Crash.system("echo shell");
                });
        assertThat(output).isEqualTo(printed("java\n", "native 1\nnative 2\nchild\nshell\n"));
        assertThat(output(pool, () -> System.out.print("next"))).isEqualTo(printed("next", ""));
      }
    }
  }

  @Test
  void the_crash_text_of_the_jvm_belongs_to_the_task_that_crashed() throws Exception {
    try (ProcessPool pool = one().build()) {
      List<TaskFuture<Void>> futures = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int n = i;
        futures.add(
            pool.submit(
                () -> {
                  System.out.print("task " + n);
                  if (n % 2 == 1) {
                    Crash.segfault();
                  }
                }));
      }
      for (int i = 0; i < 6; i++) {
        TaskFuture<Void> future = futures.get(i);
        Await.until("its end", future::isDone);
        assertThat(future.output().out()).isEqualTo("task " + i);
        if (i % 2 == 1) {
          assertThat(future.output().err()).contains("fatal error", "SIGSEGV");
        } else {
          assertThat(future.output().err()).isEmpty();
        }
      }
    }
  }

  @Test
  void of_a_task_that_was_tried_again_the_last_attempt_is_told_and_a_sink_hears_all()
      throws Exception {
    List<OutputLine> lines = Collections.synchronizedList(new ArrayList<>());
    try (ProcessPool pool =
        one().retry(RetryPolicy.onCrash().attempts(3)).output(lines::add).build()) {
      TaskOutput output =
          output(
              pool,
              () -> {
                System.out.println("attempt " + TaskContext.current().attempt());
                if (TaskContext.current().attempt() < 3) {
                  Crash.halt(1);
                }
              });
      assertThat(output).isEqualTo(printed("attempt 3\n", ""));
    }
    assertThat(lines)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 3)
                .mapToObj(n -> new OutputLine(n, 1, n, TaskStream.OUT, "attempt " + n, 0))
                .toList());
  }

  @Test
  void of_a_run_all_items_are_told_in_whole_lines() throws Exception {
    List<Integer> inputs = IntStream.range(0, 500).boxed().toList();
    try (ProcessPool pool = ProcessPool.builder().name("prints").workers(2).build()) {
      TaskFuture<List<Integer>> run =
          pool.mapAsync(
              n -> {
                System.out.print("item ");
                System.out.println(n);
                System.err.print("no end " + n);
                return n;
              },
              inputs);
      assertThat(run.get()).isEqualTo(inputs);
      assertThat(run.output().out().lines())
          .containsExactlyInAnyOrderElementsOf(inputs.stream().map(n -> "item " + n).toList());
      assertThat(String.join("", run.output().err().lines().toList())).hasSize(500 * 7 + 1390);
    }
  }

  @Test
  void a_flood_leaves_the_last_64_kib_and_the_next_task_alone() throws Exception {
    try (ProcessPool pool = one().build()) {
      TaskOutput flood = output(pool, () -> Crash.floodOutput(FLOOD));
      assertThat(flood.out()).startsWith("flood flood").endsWith(" flo\n");
      assertThat(flood.out().length()).isBetween(KEPT - 1_000, KEPT);
      assertThat(flood.err().length()).isBetween(KEPT - 1_000, KEPT);
      long kept = flood.out().length() + flood.err().length();
      assertThat(flood.droppedOut() + flood.droppedErr() + kept).isBetween(FLOOD, FLOOD + 1_000);
      assertThat(output(pool, () -> System.out.println("calm"))).isEqualTo(printed("calm\n", ""));
    }
  }

  @Test
  void what_a_task_does_to_its_streams_ends_with_it() throws Exception {
    try (ProcessPool pool = one().build()) {
      long worker = pool.call(TaskOutputTest::armed);
      List<Action> harms =
          List.of(
              () -> System.out.close(),
              () -> System.err.close(),
              () -> {
                for (int descriptor = 0; descriptor < 3; descriptor++) {
                  Crash.closeNative(descriptor);
                }
              },
              () -> {
                Crash.closeNative(1);
                Crash.system("exit 0"); // what is opened next takes its place
                new java.io.FileInputStream("/dev/null").skip(0);
              },
              () -> Crash.writeNative(1, "\u001eforged"));
      for (Action harm : harms) {
        pool.call(harm);
        TaskOutput output =
            output(
                pool,
                () -> {
                  System.out.println("out");
                  System.err.println("err");
                  Crash.writeNative(1, "native\n");
                  Crash.system("cat; echo shell");
                });
        assertThat(output).isEqualTo(printed("out\n", "err\nnative\nshell\n"));
      }
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(worker);
    }
  }

  /** Copies of the descriptors are kept before the arming thread ends, or takes another name. */
  private static long armed() throws Exception {
    Await.until(
        "armed",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("outlive-arming")));
    return ProcessHandle.current().pid();
  }

  @Test
  void forwarded_lines_are_whole_and_say_where_they_come_from() throws Exception {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try (ProcessPool pool =
        one()
            .output(OutputMode.FORWARD)
            .retry(RetryPolicy.onException(IllegalStateException.class).attempts(2))
            .build()) {
      output(
          pool,
          () -> {
            System.out.print("on");
            System.err.println("err");
            System.out.println("e\ntwo");
          });
      output(
          pool,
          () -> {
            System.out.print("again");
            if (TaskContext.current().attempt() == 1) {
              throw new IllegalStateException("on purpose");
            }
          });
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "[prints-w1 task 1] one",
            "[prints-w1 task 1] two",
            "[prints-w1 task 2] again",
            "[prints-w1 task 2 attempt 2] again");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("[prints-w1 task 1] err");
  }

  @Test
  void a_sink_that_throws_harms_nobody() throws Exception {
    AtomicLong lines = new AtomicLong();
    try (ProcessPool pool =
        one()
            .output(
                line -> {
                  lines.incrementAndGet();
                  throw new IllegalStateException("on purpose");
                })
            .build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(output(pool, () -> System.out.println("x"))).isEqualTo(printed("x\n", ""));
      }
    }
    assertThat(lines).hasValue(20);
  }

  @Test
  void a_sink_that_spins_harms_nobody_and_loses_lines() throws Exception {
    CountDownLatch spinning = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    AtomicLong missed = new AtomicLong();
    Runtime runtime = Runtime.getRuntime();
    long most = 0;
    ProcessPool pool =
        one()
            .output(
                line -> {
                  missed.addAndGet(line.missed());
                  spinning.countDown();
                  while (end.getCount() > 0) {
                    Thread.onSpinWait();
                  }
                })
            .build();
    try (pool) {
      pool.call(() -> System.out.println("first"));
      spinning.await();
      long before = used(runtime);
      TaskOutput flood = output(pool, () -> Crash.floodOutput(FLOOD));
      assertThat(flood.droppedOut()).isGreaterThan(FLOOD / 2 - 2 * KEPT);
      most = used(runtime) - before;
      end.countDown();
      Await.until(
          "a line after those that were dropped",
          () -> {
            pool.submit(() -> System.out.println("last")).join();
            return missed.get() > 0;
          });
    }
    assertThat(missed.get()).isGreaterThan(FLOOD / 1_000 / 2);
    assertThat(most).isLessThan(64 << 20);
  }

  private static long used(Runtime runtime) {
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void what_is_discarded_is_still_evidence_without_any_marker() throws Exception {
    try (ProcessPool pool = one().output(OutputMode.DISCARD).build()) {
      assertThat(output(pool, () -> System.out.println("nobody asks")))
          .isEqualTo(TaskOutput.NOTHING);
      WorkerDiedException death =
          catchThrowableOfType(
              WorkerDiedException.class,
              () ->
                  pool.call(
                      () -> {
                        System.out.println("last");
                        System.err.println("words");
                        Crash.halt(1);
                      }));
      assertThat(death.diagnosis().stderrTail()).isEqualTo("nobody asks\nlast\nwords\n");
    }
  }

  @Test
  void a_diagnosis_shows_the_text_without_markers() throws Exception {
    try (ProcessPool pool = one().grace(Duration.ZERO).build()) {
      WorkerDiedException death =
          catchThrowableOfType(
              WorkerDiedException.class,
              () ->
                  pool.call(
                      () -> {
                        System.out.println("last");
                        System.err.println("words");
                        Crash.sigkill();
                      }));
      assertThat(death.diagnosis().stderrTail()).isEqualTo("last\nwords\n");
    }
  }
}
