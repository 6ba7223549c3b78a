package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.monitor.OutputLine;
import dev.outlive.task.TaskOutput;
import dev.outlive.task.TaskStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WorkerOutputTest {
  private final List<OutputLine> lines = Collections.synchronizedList(new ArrayList<>());
  private final SinkFeed feed = new SinkFeed("test", lines::add);
  private final WorkerOutput worker = new WorkerOutput(4, true, feed);
  private final CapturedOutput first = captured(false);
  private final CapturedOutput second = captured(false);

  /** Whoever waits for what never comes fails by the limit of the test. */
  private static CapturedOutput captured(boolean run) {
    return new CapturedOutput(run, Long.MAX_VALUE / 2);
  }

  private static Effect.Deliver delivery(long number, long task, int attempt) {
    return new Effect.Deliver(4, 0, number, task, 0, 1, attempt);
  }

  private void print(TaskStream stream, String text) {
    print(worker, stream, text);
  }

  private static void print(WorkerOutput to, TaskStream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.printed(stream, bytes, 0, bytes.length);
  }

  private List<String> told() {
    feed.close(60_000);
    return lines.stream()
        .map(
            line ->
                line.worker()
                    + "/"
                    + line.task()
                    + "/"
                    + line.attempt()
                    + " "
                    + line.stream()
                    + " "
                    + line.text())
        .toList();
  }

  @Test
  void each_delivery_has_what_was_printed_between_its_marker_and_the_next() {
    worker.expect(delivery(7, 70, 1), first);
    worker.expect(delivery(8, 80, 2), second);
    print(TaskStream.ERR, "boot\n");
    worker.printing(7);
    print(TaskStream.OUT, "a");
    print(TaskStream.ERR, "b\r\n");
    print(TaskStream.OUT, "c\nd");
    worker.printing(8);
    print(TaskStream.OUT, "e\n");
    worker.printing(0);
    print(TaskStream.ERR, "idle\n");
    assertThat(first.read(true)).isEqualTo(new TaskOutput("ac\nd", "b\r\n", 0, 0));
    assertThat(second.read(true)).isEqualTo(new TaskOutput("e\n", "", 0, 0));
    assertThat(told())
        .containsExactly(
            "4/0/0 ERR boot",
            "4/70/1 ERR b",
            "4/70/1 OUT ac",
            "4/70/1 OUT d",
            "4/80/2 OUT e",
            "4/0/0 ERR idle");
  }

  @Test
  void who_reads_before_the_end_gets_the_whole_lines_so_far() {
    worker.expect(delivery(7, 70, 1), first);
    assertThat(first.read(false)).isEqualTo(TaskOutput.NOTHING);
    worker.printing(7);
    print(TaskStream.OUT, "one\ntw");
    assertThat(first.read(false).out()).isEqualTo("one\n");
  }

  @Test
  void who_reads_at_the_end_waits_for_the_marker_behind_it() throws Exception {
    worker.expect(delivery(7, 70, 1), first);
    worker.printing(7);
    Thread later =
        Thread.ofPlatform()
            .start(
                () -> {
                  print(TaskStream.OUT, "late\n");
                  worker.printing(0);
                });
    assertThat(first.read(true).out()).isEqualTo("late\n");
    later.join();
  }

  @Test
  void nobody_waits_for_a_worker_that_is_gone_or_has_passed_over_a_delivery() {
    worker.expect(delivery(7, 70, 1), first);
    worker.expect(delivery(8, 80, 1), second);
    worker.printing(8);
    assertThat(first.read(true)).isEqualTo(TaskOutput.NOTHING);
    worker.gone();
    assertThat(second.read(true)).isEqualTo(TaskOutput.NOTHING);
    worker.ended();
  }

  @Test
  void who_has_waited_long_enough_gets_what_there_is() {
    CapturedOutput impatient = new CapturedOutput(false, 1);
    worker.expect(delivery(7, 70, 1), impatient);
    worker.printing(7);
    print(TaskStream.OUT, "so far\n");
    assertThat(impatient.read(true).out()).isEqualTo("so far\n");
  }

  @Test
  void an_interrupted_reader_gets_what_there_is_and_stays_interrupted() {
    worker.expect(delivery(7, 70, 1), first);
    worker.printing(7);
    print(TaskStream.OUT, "so far\n");
    Thread.currentThread().interrupt();
    assertThat(first.read(true).out()).isEqualTo("so far\n");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void what_comes_after_the_worker_was_given_up_still_belongs_to_its_task() {
    worker.expect(delivery(7, 70, 1), first);
    worker.printing(7);
    worker.gone();
    print(TaskStream.ERR, "crash text");
    worker.ended();
    assertThat(first.read(true).err()).isEqualTo("crash text");
  }

  @Test
  void a_delivery_that_was_never_sent_gets_nothing_and_takes_nothing_from_others() {
    worker.expect(delivery(7, 70, 1), first);
    worker.expect(delivery(8, 80, 1), second);
    worker.printing(7);
    print(TaskStream.OUT, "mine\n");
    worker.printing(1L << 43);
    print(TaskStream.OUT, "forged\n");
    worker.printing(7);
    print(TaskStream.OUT, "again\n");
    worker.printing(8);
    print(TaskStream.OUT, "honest\n");
    worker.printing(0);
    assertThat(first.read(true).out()).isEqualTo("mine\n");
    assertThat(second.read(true).out()).isEqualTo("honest\n");
    assertThat(told())
        .containsExactly(
            "4/70/1 OUT mine", "4/0/0 OUT forged", "4/0/0 OUT again", "4/80/1 OUT honest");
  }

  @Test
  void a_worker_that_marks_nothing_does_not_fill_the_memory() {
    CapturedOutput never = captured(false);
    worker.expect(delivery(1, 10, 1), never);
    for (int i = 2; i < 10_000; i++) {
      worker.expect(delivery(i, 10, 1), captured(false));
    }
    assertThat(never.read(true)).isEqualTo(TaskOutput.NOTHING);
  }

  @Test
  void a_task_that_is_tried_again_begins_anew_and_a_run_goes_on() {
    CapturedOutput run = captured(true);
    worker.expect(delivery(1, 10, 1), first);
    worker.expect(delivery(2, 20, 1), run);
    worker.printing(1);
    print(TaskStream.OUT, "first attempt\n");
    worker.printing(2);
    print(TaskStream.OUT, "cut off");
    worker.ended();
    WorkerOutput other = new WorkerOutput(5, true, null);
    other.expect(delivery(3, 10, 2), first);
    other.expect(delivery(4, 20, 2), run);
    other.printing(3);
    print(other, TaskStream.OUT, "second attempt\n");
    other.printing(4);
    print(other, TaskStream.OUT, "more\n");
    other.ended();
    assertThat(first.read(true).out()).isEqualTo("second attempt\n");
    assertThat(run.read(true).out()).isEqualTo("cut off\nmore\n");
  }

  @Test
  void under_discard_nothing_is_kept() {
    WorkerOutput discarding = new WorkerOutput(5, false, null);
    discarding.expect(delivery(1, 10, 1), first);
    print(discarding, TaskStream.ERR, "text\n");
    discarding.ended();
    assertThat(first.read(true)).isEqualTo(TaskOutput.NOTHING);
  }

  @Test
  void of_a_flood_the_last_64_kib_are_kept() {
    WorkerOutput quiet = new WorkerOutput(5, true, null);
    quiet.expect(delivery(1, 10, 1), first);
    quiet.printing(1);
    for (int i = 0; i < 100_000; i++) {
      print(quiet, TaskStream.OUT, "line " + i + "\n");
    }
    quiet.ended();
    TaskOutput output = first.read(true);
    assertThat(output.out()).startsWith("line ").endsWith("line 99999\n");
    assertThat(output.out().length()).isBetween(65_536 - 11, 65_536);
    assertThat(output.droppedOut()).isEqualTo(1_088_890 - output.out().length());
  }
}
