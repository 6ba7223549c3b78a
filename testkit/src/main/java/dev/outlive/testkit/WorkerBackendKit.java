package dev.outlive.testkit;

import dev.outlive.failure.Cause;
import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.Vitals;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.spi.WorkerHandle;
import dev.outlive.spi.WorkerSize;
import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link WorkerBackend}, as tests. A class of an implementation's tests extends it
 * and says how a backend is made.
 *
 * <p>The workers must be Outlive's own ({@code WorkerMain}), with this class on their class path.
 * Each test makes a backend of its own and closes it.
 */
public abstract class WorkerBackendKit {
  private static final int SLOT = 3;
  private static final long DELIVERY = 41;

  /** For the class that extends it. */
  protected WorkerBackendKit() {}

  /** Returns a new backend whose workers can start. */
  protected abstract WorkerBackend backend() throws IOException;

  /** Returns a new backend whose workers cannot start; empty if there is no such thing. */
  protected abstract Optional<WorkerBackend> backendWithoutWorkers() throws IOException;

  /** One worker of a backend of its own. */
  private static final class Stage implements AutoCloseable {
    final WorkerBackend backend;
    final WorkerWitness witness = new WorkerWitness();
    final WorkerHandle worker;

    Stage(WorkerBackend backend) {
      this.backend = backend;
      this.worker = backend.launch(1, WorkerSize.USUAL, witness);
    }

    void run(Object work) throws IOException {
      run(SLOT, DELIVERY, work);
    }

    void run(int slot, long delivery, Object work) throws IOException {
      witness.message(Message.Ready.class);
      worker.offer(slot, delivery, 0);
      send(slot, delivery, work);
    }

    void send(int slot, long delivery, Object work) throws IOException {
      Items items = Items.of(List.of(JavaCodec.encode(work)));
      worker.send(
          MessageCodec.encode(new Message.Run(delivery, slot, false, 7, 0, 0, 1, "kit", items)));
    }

    Revocation revoke(boolean unbegunOnly, long limitNanos) {
      return worker.revoke(SLOT, DELIVERY, unbegunOnly, limitNanos);
    }

    /** Waits until the item runs. */
    void begun() {
      witness.until(
          "the item has begun",
          () -> revoke(false, Long.MAX_VALUE) instanceof Revocation.InTime in && in.begun());
    }

    @Override
    public void close() {
      worker.kill(KillReason.SHUTDOWN);
      witness.death();
      backend.close();
    }
  }

  private Stage stage() throws IOException {
    return new Stage(backend());
  }

  private static void hang() {
    while (!TaskContext.current().isCancelled()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void require(boolean holds, String what, WorkerWitness witness) {
    if (!holds) {
      throw new AssertionError(what + ", but: " + witness);
    }
  }

  // ---- life

  /** The process is told before its first frame, and that is Ready. */
  @Test
  public void aWorkerIsStartedAndThenReady() throws IOException {
    try (Stage stage = stage()) {
      stage.witness.message(Message.Ready.class);
      List<String> told = stage.witness.told();
      require(
          told.indexOf("started") == 0 && told.indexOf("Ready") == 1, "ready first", stage.witness);
    }
  }

  /** Work is answered. */
  @Test
  public void aWorkerRunsWhatItIsSent() throws Exception {
    try (Stage stage = stage()) {
      stage.run((Task<Integer>) () -> 6 * 7);
      Message.Returned answer = stage.witness.message(Message.Returned.class);
      Object value = JavaCodec.decode(answer.value(), getClass().getClassLoader(), null);
      require(Integer.valueOf(42).equals(value), "42 is the answer", stage.witness);
    }
  }

  /** What its task tells of its progress is seen, and what was seen can be asked for to the end. */
  @Test
  public void whatAWorkerTellsOfItsProgressIsSeen() throws IOException {
    try (Stage stage = stage()) {
      stage.run(
          (Action)
              () -> {
                TaskContext.current().progress(3, 10);
                hang();
              });
      stage.witness.until(
          "3 of 10 are done",
          () -> {
            Vitals seen = stage.worker.vitals(System.nanoTime());
            return seen.progressDone() == 3 && seen.progressTotal() == 10;
          });
      stage.worker.kill(KillReason.SHUTDOWN);
      stage.witness.death();
      Vitals last = stage.worker.vitals(Long.MIN_VALUE);
      require(last.progressDone() >= 0, "it has vitals after its death", stage.witness);
    }
  }

  /** What it prints is told under its delivery. */
  @Test
  public void whatAWorkerPrintsIsTold() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Action) () -> System.out.print("the kit's words"));
      stage.witness.until(
          "its words are heard", () -> stage.witness.printed(DELIVERY).contains("the kit's words"));
    }
  }

  // ---- death

  /** A death is told twice, as dying and as died, and nothing after that. */
  @Test
  public void aDeathIsToldOnceAndLast() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Action) () -> Runtime.getRuntime().halt(9));
      Death death = stage.witness.death();
      require(death.diagnosis().cause() == Cause.HALT, "it halted", stage.witness);
      require(death.diagnosis().exitValue().orElse(-1) == 9, "with 9", stage.witness);
      List<String> told = stage.witness.told();
      require(told.indexOf("dying") == told.size() - 2, "dying, then died", stage.witness);
      require(told.getLast().equals("died"), "died is the last", stage.witness);
    }
  }

  /** The page tells what it had begun. */
  @Test
  public void aDeathTellsWhatHadBegun() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Action) () -> Runtime.getRuntime().halt(9));
      boolean begun =
          stage.witness.death().lastSeen().stream()
              .anyMatch(seen -> seen.delivery() == DELIVERY && seen.item() == 0 && seen.begun());
      require(begun, "its item had begun", stage.witness);
    }
  }

  /** A result that was sent before the death is told before it. */
  @Test
  public void aResultBeforeADeathIsAResult() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Task<byte[]>) () -> new byte[1 << 20]);
      stage.run(SLOT + 1, DELIVERY + 1, (Action) () -> Runtime.getRuntime().halt(0));
      stage.witness.death();
      require(stage.witness.told().contains("Returned"), "the result is there", stage.witness);
    }
  }

  /** A kill is a death with the reason that was given. */
  @Test
  public void aKillIsADeathOfOurs() throws IOException {
    try (Stage stage = stage()) {
      stage.witness.message(Message.Ready.class);
      stage.worker.kill(KillReason.SHUTDOWN);
      stage.worker.kill(KillReason.TIMEOUT);
      require(
          stage.witness.death().diagnosis().cause() == Cause.SHUTDOWN,
          "the first reason counts",
          stage.witness);
    }
  }

  /** A worker that is killed while it starts dies all the same. */
  @Test
  public void aKillBeforeTheStartIsADeathToo() throws IOException {
    try (Stage stage = stage()) {
      stage.worker.kill(KillReason.SHUTDOWN);
      stage.witness.death();
    }
  }

  /** A worker that cannot be started is a death, and launching it does not throw. */
  @Test
  public void aWorkerThatCannotStartIsADeath() throws IOException {
    Optional<WorkerBackend> none = backendWithoutWorkers();
    if (none.isPresent()) {
      try (Stage stage = new Stage(none.get())) {
        Death death = stage.witness.death();
        require(death.diagnosis().cause() == Cause.START_FAILED, "no start", stage.witness);
      }
    }
  }

  /** All that can be asked of a worker is harmless after its death. */
  @Test
  public void aDeadWorkerTakesEverything() throws IOException {
    try (Stage stage = stage()) {
      stage.witness.message(Message.Ready.class);
      stage.worker.kill(KillReason.SHUTDOWN);
      stage.witness.death();
      int told = stage.witness.told().size();
      stage.run((Action) () -> {});
      Revocation unused = stage.revoke(false, 0);
      stage.worker.kill(KillReason.TIMEOUT);
      require(stage.witness.told().size() == told, unused + " tells nothing", stage.witness);
    }
  }

  // ---- taking back

  /** What has not begun can be had back; the worker passes over it. */
  @Test
  public void whatHasNotBegunIsWithdrawn() throws IOException {
    try (Stage stage = stage()) {
      stage.witness.message(Message.Ready.class);
      stage.worker.offer(SLOT, DELIVERY, 0);
      require(stage.revoke(true, 0) instanceof Revocation.Withdrawn, "withdrawn", stage.witness);
      stage.send(SLOT, DELIVERY, (Task<Integer>) () -> 1);
      stage.witness.message(Message.Withdrawn.class);
      require(!stage.witness.told().contains("Returned"), "no result of it", stage.witness);
    }
  }

  /** What has begun is not withdrawn, is in time before its limit, and can be stopped. */
  @Test
  public void whatHasBegunIsStopped() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Action) WorkerBackendKit::hang);
      stage.begun();
      require(stage.revoke(true, 0) instanceof Revocation.Begun, "begun", stage.witness);
      require(
          stage.revoke(false, 0) instanceof Revocation.Stopped(int item) && item == 0,
          "stopped",
          stage.witness);
      stage.witness.message(Message.Withdrawn.class);
      require(!stage.witness.told().contains("Returned"), "no result of it", stage.witness);
    }
  }

  /** What is published cannot be had back. */
  @Test
  public void whatIsPublishedIsNotTakenBack() throws IOException {
    try (Stage stage = stage()) {
      stage.run((Task<Integer>) () -> 1);
      stage.witness.message(Message.Returned.class);
      require(stage.revoke(false, 0) instanceof Revocation.Published, "published", stage.witness);
    }
  }
}
