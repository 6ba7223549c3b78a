package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.Guardian;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Signals;
import dev.outlive.os.StartLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of real JVMs, started with the flags that workers have. */
final class ThreadDumpTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int SIGSTOP = 19;

  @TempDir Path directory;
  private Guardian guardian;
  private Process process;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(); // guarded by itself
  private DumpFilter.Sink sink = this::print; // set before the start
  private final DumpFilter filter = new DumpFilter((b, from, n) -> sink.accept(b, from, n));
  private Thread reader;

  @BeforeEach
  void startGuardian() {
    guardian = Guardian.start("dump", directory);
  }

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.toHandle().destroyForcibly();
      process.waitFor();
      reader.join();
    }
    guardian.close();
  }

  private void print(byte[] bytes, int offset, int length) {
    synchronized (output) {
      output.write(bytes, offset, length);
    }
  }

  private String printed() {
    synchronized (output) {
      return output.toString(StandardCharsets.UTF_8);
    }
  }

  private ProcessIdentity start(String what, String... jvmArgs) throws IOException {
    LocalSettings settings =
        new LocalSettings(
            "dump",
            2,
            Path.of(System.getProperty("java.home")),
            MemoryLimits.NONE,
            false,
            List.of(jvmArgs),
            List.of(),
            Map.of(),
            Optional.empty(),
            1 << 20,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            false,
            false,
            false);
    List<String> command =
        new ArrayList<>(
            JavaCommand.prepare(settings, settings.memoryPlan(), directory)
                .forWorker(
                    directory.resolve("hs_err"),
                    directory,
                    Optional.empty(),
                    settings.memoryPlan(),
                    List.of(what)));
    command.set(command.indexOf(WorkerArguments.MAIN_CLASS), DumpTarget.class.getName());
    process = new ProcessBuilder(StartLine.best().wrap(command)).start();
    InputStream stream = process.getErrorStream();
    reader = Thread.ofPlatform().daemon().start(() -> read(stream));
    Await.until("ready", () -> printed().contains("ready\n"));
    return ProcessIdentity.of(process.pid()).orElseThrow();
  }

  private void read(InputStream stream) {
    byte[] buffer = new byte[777];
    try {
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        filter.accept(buffer, 0, n);
      }
    } catch (IOException closed) {
      // ends as well
    }
    filter.end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseParallelGC"})
  void a_deadlock_is_found_and_nothing_of_the_dump_is_output(String collector) throws Exception {
    ProcessIdentity worker = start("deadlock", collector);
    Await.until("both", () -> printed().equals("ready\nready\n"));
    awaitAsleep(worker, "outlive-task 12");
    awaitAsleep(worker, "other");
    for (int i = 0; i < 2; i++) {
      ThreadDump dump = ThreadDump.take(worker, filter, guardian, LONG, LONG);
      assertThat(dump.note()).isEmpty();
      assertThat(dump.deadlock()).isTrue();
      assertThat(dump.text())
          .contains("Full thread dump", "\"other\"", "JNI global refs", "Found 1 deadlock.")
          .doesNotContain("Metaspace");
      assertThat(dump.taskStack())
          .startsWith("\"outlive-task 12 slow\"")
          .contains("at " + DumpTarget.class.getName() + ".lock(", "waiting to lock")
          .doesNotContain("\"other\"");
      assertThat(dump.at())
          .startsWith(DumpTarget.class.getName() + ".lock(")
          .endsWith("), which waits for a lock of thread \"other\"");
    }
    process.toHandle().destroyForcibly();
    reader.join();
    assertThat(printed()).isEqualTo("ready\nready\n");
  }

  /**
   * The VM prints piece by piece, and a thread that is in write(2) at the safepoint ends its write:
   * so a piece of a line may go into the dump, but none of the dump comes out.
   */
  @Test
  void what_a_task_prints_meanwhile_is_passed_on() throws Exception {
    int dumps = 5;
    Flood flood = new Flood();
    sink = flood;
    ProcessIdentity worker = start("talk");
    for (int i = 0; i < dumps; i++) {
      ThreadDump dump = ThreadDump.take(worker, filter, guardian, LONG);
      assertThat(dump.note()).isEmpty();
      assertThat(dump.deadlock()).isFalse();
      assertThat(dump.taskStack()).contains("DumpTarget.talk(");
      long before = flood.lines;
      Await.until("more", () -> flood.lines > before + 1000);
    }
    process.toHandle().destroyForcibly();
    reader.join();
    assertThat(flood.disturbed)
        .hasSizeLessThanOrEqualTo(3 * dumps)
        .allMatch(l -> l.matches("[line 0-9]*"));
  }

  /** Looks at each line, keeps those that are not the next one. */
  private final class Flood implements DumpFilter.Sink {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> disturbed = new ArrayList<>();
    private long next;
    private volatile long lines;

    @Override
    public void accept(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == '\n') {
          take(line.toString(StandardCharsets.US_ASCII));
          line.reset();
        } else {
          line.write(bytes[i]);
        }
      }
    }

    private void take(String text) {
      if (text.equals("ready")) {
        byte[] ready = "ready\n".getBytes(StandardCharsets.US_ASCII);
        print(ready, 0, ready.length);
        return;
      }
      if (!text.equals("line " + next)) {
        disturbed.add(text);
      }
      next = text.matches("line \\d+") ? Long.parseLong(text, 5, text.length(), 10) + 1 : next + 1;
      lines++;
    }
  }

  @Test
  void where_no_safepoint_is_reached_the_kernel_is_asked_and_the_late_dump_is_no_output()
      throws Exception {
    ProcessIdentity worker = start("critical");
    awaitAsleep(worker, "outlive-task 12");
    ThreadDump dump = ThreadDump.take(worker, filter, guardian, ThreadDump.LIMIT);
    assertThat(dump.note()).startsWith("No safepoint was reached within 250 ms");
    // comm holds 15 bytes
    assertThat(dump.text()).containsPattern("outlive-task 12: S( \\(.*nanosleep.*\\))?");
    assertThat(dump.taskStack()).isEmpty();
    filter.request().threads().get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(filter.soFar()).contains("Full thread dump", "DumpTarget.critical(");
    Await.until("awake", () -> printed().contains("awake"));
    assertThat(printed()).isEqualTo("ready\nawake\n");
  }

  @Test
  void a_stopped_process_is_told_by_the_kernel() throws Exception {
    ProcessIdentity worker = start("sleep");
    assertThat(Signals.send(worker.pid(), SIGSTOP)).isZero();
    Await.until("stopped", () -> String.join("", states(worker)).contains("outlive-task 12: T"));
    ThreadDump dump = ThreadDump.take(worker, filter, guardian, ThreadDump.LIMIT);
    assertThat(dump.note()).startsWith("No safepoint was reached");
    assertThat(dump.text().lines()).contains("outlive-task 12: T (do_signal_stop)");
  }

  private static void awaitAsleep(ProcessIdentity worker, String thread) {
    Await.until(
        thread + " asleep",
        () -> states(worker).stream().anyMatch(line -> line.startsWith(thread + ": S")));
  }

  private static List<String> states(ProcessIdentity worker) {
    return dev.outlive.os.ThreadStates.read(worker.pid());
  }

  @Test
  void a_process_that_dies_meanwhile_is_not_waited_for() throws Exception {
    ProcessIdentity worker = start("sleep");
    assertThat(Signals.send(worker.pid(), SIGSTOP)).isZero();
    Thread.ofPlatform().start(() -> Signals.send(worker.pid(), 9));
    long begun = System.nanoTime();
    ThreadDump dump = ThreadDump.take(worker, filter, guardian, LONG);
    assertThat(System.nanoTime() - begun).isLessThan(LONG.toNanos());
    // A process closes its streams a moment before it is gone.
    assertThat(dump.note())
        .matches("The process was gone before .*|Its output ended before it printed its threads.*");
    process.waitFor();
    reader.join();
    dump = ThreadDump.take(worker, filter, guardian, LONG);
    assertThat(dump.note()).isEqualTo("The process was gone before it printed its threads.");
    assertThat(dump.text()).isEmpty();
  }
}
