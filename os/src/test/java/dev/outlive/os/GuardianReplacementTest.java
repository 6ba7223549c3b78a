package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guardian whose shell is killed, or cannot be started. */
class GuardianReplacementTest {
  private static final int SIGSTOP = 19;
  private static final int SIGKILL = 9;
  private static final String WORKER = "sleep 600 & wait";

  /** What it logs, instead of on the console. */
  private final List<LogRecord> log = new CopyOnWriteArrayList<>();

  private final Logger logger = Logger.getLogger(Guardian.class.getName());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          log.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path directory;

  @BeforeEach
  void captureTheLog() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void releaseTheLog() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  /** Replaced by another one that runs, which the test then ends as well. */
  private void awaitAnother(Guardian guardian, ProcessIdentity before) {
    Await.until("another shell", () -> guardian.pid() > 0 && guardian.pid() != before.pid());
    processes.track(shell(guardian));
  }

  @Test
  void aKilledGuardianIsReplacedAndToldEverythingAgain() throws IOException {
    ProcessIdentity asked = processes.session(WORKER);
    ProcessIdentity watched = processes.session(WORKER);
    ProcessIdentity forgotten = processes.session(WORKER);
    Guardian guardian = Guardian.start("test pool", directory);
    AtomicInteger deaths = new AtomicInteger();
    guardian.onDeath(
        () -> {
          throw new IllegalStateException("thrown by a listener, on purpose");
        });
    guardian.onDeath(deaths::incrementAndGet);
    List.of(watched, forgotten).forEach(guardian::watch);
    guardian.forget(forgotten);
    Files.createFile(directory.resolve(Guardian.MARKER));
    ProcessIdentity first = processes.track(shell(guardian));
    assertThat(Signals.send(first.pid(), SIGSTOP)).isZero();
    guardian.kill(asked);
    Signals.send(first.pid(), SIGKILL);
    awaitAnother(guardian, first);
    Await.gone(asked);
    ProcessIdentity second = shell(guardian);
    Signals.send(second.pid(), SIGKILL);
    awaitAnother(guardian, second);
    Await.until("second call back", () -> deaths.get() == 2);
    assertThat(log)
        .extracting(LogRecord::getMessage)
        .filteredOn(message -> message.contains("test pool was ended by somebody"))
        .hasSize(1);
    assertThat(guardian.isAlive()).isTrue();
    assertThat(watched.isAlive()).isTrue();
    guardian.close();
    Await.gone(watched);
    assertThat(forgotten.isAlive()).isTrue();
    assertThat(directory).doesNotExist();
  }

  @Test
  void aShellThatCannotBeStartedIsTriedAgain() throws IOException {
    Path shell = directory.resolve("late-sh");
    ProcessIdentity worker = processes.session(WORKER);
    try (Guardian guardian = Guardian.start("late", directory, List.of(shell.toString()))) {
      assertThat(guardian.isAlive()).isFalse();
      guardian.kill(worker);
      Files.writeString(shell, "#!/bin/sh\nexec setsid sh \"$@\"\n");
      assertThat(shell.toFile().setExecutable(true)).isTrue();
      Await.gone(worker);
    }
    assertThat(log)
        .extracting(LogRecord::getMessage)
        .singleElement()
        .asString()
        .contains("late-sh");
  }

  private static ProcessIdentity shell(Guardian guardian) {
    return ProcessIdentity.of(guardian.pid()).orElseThrow();
  }
}
