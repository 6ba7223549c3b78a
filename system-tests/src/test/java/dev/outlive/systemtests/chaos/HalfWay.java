package dev.outlive.systemtests.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads in the tasks' ledger which have just made their result, and kills the worker of those whose
 * order it is: while the result is encoded, or half-way through the link, or soon after.
 */
final class HalfWay implements Disturbance {
  private static final int LATEST_MICROS = 8_000;
  private static final long PAUSE_NANOS = 300_000;

  private final Striker striker;
  private final Map<Integer, StormTask> tasks;

  HalfWay(Striker striker, Map<Integer, StormTask> tasks) {
    this.striker = striker;
    this.tasks = tasks;
  }

  @Override
  public void disturb(Scene scene) throws IOException {
    byte[] line = new byte[Ledger.LINE];
    try (RandomAccessFile attempts = new RandomAccessFile(scene.books().attempts().toFile(), "r")) {
      while (scene.goesOn().getAsBoolean()) {
        if (attempts.length() - attempts.getFilePointer() < Ledger.LINE) {
          LockSupport.parkNanos(PAUSE_NANOS);
          continue;
        }
        attempts.readFully(line);
        String[] words = new String(line, StandardCharsets.ISO_8859_1).split(" ");
        if (words[0].equals("F")) {
          finished(words, scene);
        }
      }
    }
  }

  private void finished(String[] words, Scene scene) {
    StormTask task = tasks.get(Integer.valueOf(words[1]));
    if (task != null
        && task.order() == Kind.HALF_WAY
        && Integer.parseInt(words[2]) <= task.orderedAttempts()) {
      LockSupport.parkNanos(scene.random().nextInt(LATEST_MICROS) * 1_000L);
      striker.kill(Kind.HALF_WAY, Integer.parseInt(words[3]), Long.parseLong(words[4]));
    }
  }
}
