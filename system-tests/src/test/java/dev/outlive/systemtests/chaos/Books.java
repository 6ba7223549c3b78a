package dev.outlive.systemtests.chaos;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.UndecodableException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The ledgers of one round in their directory. None of the three who write knows of the others:
 *
 * <pre>
 *   attempts  B task attempt worker pid millis            an attempt has begun         the tasks, in their workers
 *             F task attempt worker pid millis digest     it has made its result
 *   caller    S task size millis                          submitted                    the pool's process
 *             T task ending attempts worker pid millis cause|- digest|-                its end
 *             L task attempt worker pid cause             an attempt that its end names as lost
 *             D worker pid cause asked millis             a worker's death that a listener was told
 *             G millis                                    nothing had moved for too long: gave up
 *   injector  O task kind attempts                        a task was told to harm itself, on its first attempts
 *             I kind worker pid millis                    about to do it
 *             K kind worker pid millis                    done
 *   left      what was there after the round and not before, a line each
 * </pre>
 */
record Books(Path directory) {
  static Books in(Path directory) throws IOException {
    return new Books(Files.createDirectories(directory));
  }

  Path attempts() {
    return directory.resolve("attempts");
  }

  Path caller() {
    return directory.resolve("caller");
  }

  Path injector() {
    return directory.resolve("injector");
  }

  Path left() {
    return directory.resolve("left");
  }

  void leave(List<String> left) throws IOException {
    Files.write(left(), left);
  }

  /** Where a caller hears how a task has ended. */
  @FunctionalInterface
  interface Door {
    void ended(int task, Outcome<byte[]> outcome);
  }

  /** What the caller sees. */
  static final class Caller implements Door, AutoCloseable {
    private static final long TERMINATED_SECONDS = 10;

    private final Ledger ledger;
    private final CountDownLatch terminated = new CountDownLatch(1);

    Caller(Books books) {
      this.ledger = new Ledger(books.caller());
    }

    void submitted(StormTask task) {
      ledger.write("S", task.id(), task.size(), System.currentTimeMillis());
    }

    @Override
    public void ended(int task, Outcome<byte[]> outcome) {
      TaskRecord record = outcome.record();
      int attempt = 0;
      for (Diagnosis lost : record.lost()) {
        attempt++;
        ledger.write("L", task, attempt, lost.worker(), pid(lost), lost.cause());
      }
      byte[] value = outcome.orNull();
      ledger.write(
          "T",
          task,
          record.ending(),
          record.attempts(),
          record.worker(),
          record.pid(),
          System.currentTimeMillis(),
          cause(outcome),
          value == null ? "-" : StormTask.digest(value));
    }

    private static String cause(Outcome<byte[]> outcome) {
      return switch (outcome) {
        case Outcome.Died<byte[]> died -> died.diagnosis().cause().name();
        case Outcome.Threw<byte[]> threw when threw.error() instanceof UndecodableException ->
            Cause.UNDECODABLE.name();
        default -> "-";
      };
    }

    void told(PoolEvent event) {
      if (event instanceof PoolEvent.PoolTerminated) {
        terminated.countDown();
      } else if (event instanceof PoolEvent.WorkerDied died) {
        Diagnosis diagnosis = died.diagnosis();
        ledger.write(
            "D",
            died.worker(),
            pid(diagnosis),
            diagnosis.cause(),
            died.asked(),
            System.currentTimeMillis());
      }
    }

    /** Waits for the last event: listeners hear of it when the pool is closed, or soon after. */
    boolean heardOfTheEnd() throws InterruptedException {
      return terminated.await(TERMINATED_SECONDS, TimeUnit.SECONDS);
    }

    void gaveUp() {
      ledger.write("G", System.currentTimeMillis());
    }

    private static long pid(Diagnosis diagnosis) {
      return diagnosis.pid().orElse(0);
    }

    @Override
    public void close() {
      ledger.close();
    }
  }

  /** What the injector does; written before it is done. */
  static final class Injector implements AutoCloseable {
    private final Ledger ledger;

    Injector(Books books) {
      this.ledger = new Ledger(books.injector());
    }

    void ordered(StormTask task) {
      if (task.order() != null) {
        ledger.write("O", task.id(), task.order(), task.orderedAttempts());
      }
    }

    void about(Kind kind, int worker, long pid) {
      ledger.write("I", kind, worker, pid, System.currentTimeMillis());
    }

    void done(Kind kind, int worker, long pid) {
      ledger.write("K", kind, worker, pid, System.currentTimeMillis());
    }

    @Override
    public void close() {
      ledger.close();
    }
  }
}
