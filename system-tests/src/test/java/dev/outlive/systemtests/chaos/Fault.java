package dev.outlive.systemtests.chaos;

import dev.outlive.task.Outcome;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A wrapper around what the caller is told, with a fault in it: what a broken pool would look like.
 * Safe for use by many threads.
 */
final class Fault implements Books.Door, AutoCloseable {
  /** What is wrong. */
  enum Type {
    NONE,
    DROP,
    DOUBLE,
    SWAP,
    DELAY,
    LEAK_PROCESS,
    LEAK_DESCRIPTOR,
    LEAK_MEMORY;

    /** Whether something is left that never goes. */
    boolean leaks() {
      return this == LEAK_PROCESS || this == LEAK_DESCRIPTOR;
    }
  }

  /** How long a delayed result is held back. */
  static final long DELAY_MILLIS = 4_000;

  private static final int LEAKED_BYTES = 1 << 20;
  private static final int FAULTY_TASK = 7;

  private final Type type;
  private final Books.Door door;
  private @Nullable Outcome<byte[]> kept;
  private int keptTask;
  private @Nullable Thread late;

  /** What it has leaked, until somebody cleans up. */
  private static final List<Object> LEAKED = new ArrayList<>();

  Fault(Type type, Books.Door door) {
    this.type = type;
    this.door = door;
  }

  @Override
  public synchronized void ended(int task, Outcome<byte[]> outcome) {
    if (type == Type.SWAP) {
      swap(task, outcome);
      return;
    }
    if (task != FAULTY_TASK) {
      door.ended(task, outcome);
      return;
    }
    switch (type) {
      case DROP -> {}
      case DOUBLE -> {
        door.ended(task, outcome);
        door.ended(task, outcome);
      }
      case DELAY -> late = Thread.ofPlatform().start(() -> endedLate(task, outcome));
      case LEAK_PROCESS, LEAK_DESCRIPTOR, LEAK_MEMORY -> {
        leak();
        door.ended(task, outcome);
      }
      case NONE, SWAP -> door.ended(task, outcome);
    }
  }

  private void endedLate(int task, Outcome<byte[]> outcome) {
    try {
      Thread.sleep(DELAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    door.ended(task, outcome);
  }

  /** The results of the first two tasks that return go to each other's task. */
  private void swap(int task, Outcome<byte[]> outcome) {
    Outcome<byte[]> other = kept;
    if (keptTask < 0 || !outcome.isSuccess()) {
      door.ended(task, outcome);
    } else if (other == null) {
      kept = outcome;
      keptTask = task;
    } else {
      door.ended(task, other);
      door.ended(keptTask, outcome);
      keptTask = -1;
    }
  }

  private void leak() {
    synchronized (LEAKED) {
      try {
        switch (type) {
          case LEAK_PROCESS -> LEAKED.add(new ProcessBuilder("sleep", "600").inheritIO().start());
          case LEAK_DESCRIPTOR -> {
            Path file = Files.createTempFile("leaked", ".bin");
            LEAKED.add(new FileOutputStream(file.toFile()));
            Files.delete(file);
          }
          default -> LEAKED.add(new byte[LEAKED_BYTES]);
        }
      } catch (IOException e) {
        throw new IllegalStateException("nothing can be leaked", e);
      }
    }
  }

  /** Lets go of what all faults have leaked. */
  static void cleanUp() throws Exception {
    synchronized (LEAKED) {
      for (Object leaked : LEAKED) {
        if (leaked instanceof Process process) {
          process.destroyForcibly().waitFor();
        } else if (leaked instanceof AutoCloseable closeable) {
          closeable.close();
        }
      }
      LEAKED.clear();
    }
  }

  /** Waits until all has been told that will be. */
  @Override
  public void close() throws InterruptedException {
    Optional<Thread> waiting;
    synchronized (this) {
      waiting = Optional.ofNullable(late);
    }
    if (waiting.isPresent()) {
      waiting.get().join();
    }
  }
}
