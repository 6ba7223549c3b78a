package dev.outlive.systemtests.chaos;

import dev.outlive.task.Task;
import dev.outlive.task.TaskContext;
import dev.outlive.testkit.Crash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A task that writes down in its ledger what it does, and whose result follows from its number.
 *
 * @param ledger the file of the attempts
 * @param id its number in the round
 * @param size of its result, in bytes
 * @param workMicros how long it takes, a quarter of it on the processor
 * @param order what it does to itself
 * @param orderedAttempts on how many of its first attempts
 * @param parameter an exit value, or which kind of child
 */
record StormTask(
    String ledger,
    int id,
    int size,
    int workMicros,
    @Nullable Kind order,
    int orderedAttempts,
    int parameter)
    implements Task<byte[]> {
  private static final long serialVersionUID = 1;

  /** Long enough to fill its control group. */
  private static final long BOMB_NANOS = 500_000_000;

  private static @Nullable Ledger open; // in a worker, one for all of its tasks

  private static synchronized Ledger open(String file) {
    if (open == null) {
      open = new Ledger(Path.of(file));
    }
    return open;
  }

  static byte[] value(int id, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(id).nextBytes(bytes);
    return bytes;
  }

  static String digest(byte[] value) {
    CRC32C crc = new CRC32C();
    crc.update(value);
    return value.length + "x" + Long.toHexString(crc.getValue());
  }

  @Override
  public byte[] call() throws Exception {
    TaskContext context = TaskContext.current();
    long pid = ProcessHandle.current().pid();
    int attempt = context.attempt();
    Ledger lines = open(ledger);
    lines.write("B", id, attempt, context.worker(), pid, System.currentTimeMillis());
    work();
    if (order != null && attempt <= orderedAttempts) {
      harm(order);
    }
    byte[] value = value(id, size);
    lines.write("F", id, attempt, context.worker(), pid, System.currentTimeMillis(), digest(value));
    return value;
  }

  private void work() {
    long start = System.nanoTime();
    long nanos = workMicros * 1_000L;
    while (System.nanoTime() - start < nanos / 4) {
      Thread.onSpinWait();
    }
    LockSupport.parkNanos(nanos - (System.nanoTime() - start));
  }

  private void harm(Kind kind) throws IOException {
    switch (kind) {
      case SEGV -> Crash.segfault();
      case EXIT -> Crash.exit(parameter);
      case HALT -> Crash.halt(parameter);
      case CHILD -> {
        Crash.Child[] ways = Crash.Child.values();
        long child = Crash.leaveChild(ways[parameter % ways.length]);
        open(ledger).write("C", id, child);
      }
      case BOMB -> {
        // two shells that start two shells each, which do the same: in a control group of its own
        new ProcessBuilder("sh", "-c", "b() { b & b & wait; }; b")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        LockSupport.parkNanos(BOMB_NANOS + parameter * 2_000_000L);
        Crash.halt(parameter);
      }
      default -> {
        // done to it from outside
      }
    }
  }
}
