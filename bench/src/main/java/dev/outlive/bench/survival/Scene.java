package dev.outlive.bench.survival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Where a scenario plays: its directory, by whose files tasks and their caller tell each other how
 * far they are, without the pool.
 *
 * @param directory of this scenario alone
 */
record Scene(Path directory) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 1_000_000;

  /** Returns the path of a file there, as a task can take it along. */
  String file(String name) {
    return directory.resolve(name).toString();
  }

  /** For a task: leaves a sign with the number of its process. */
  static void sign(String file) throws IOException {
    sign(file, ProcessHandle.current().pid());
  }

  /** For a task: leaves a sign with a number; nobody sees half of it. */
  static void sign(String file, long number) throws IOException {
    Path half = Path.of(file + ".half");
    Files.writeString(half, Long.toString(number));
    Path _ = Files.move(half, Path.of(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits for a sign, and returns its number. */
  static long await(String file) {
    Path path = Path.of(file);
    until("there is " + file, () -> Files.exists(path));
    try {
      return Long.parseLong(Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void until(String what, BooleanSupplier condition) {
    if (!within(LIMIT, condition)) {
      throw new IllegalStateException("not within " + LIMIT.toSeconds() + " s: " + what);
    }
  }

  /** Waits for a condition; returns whether it has come to hold. */
  static boolean within(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  /** Kills a process as {@code kill -9} does; returns when the signal was sent. */
  static long kill(long pid) {
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IllegalStateException("process " + pid + " is gone already"));
    long now = System.nanoTime();
    if (!process.destroyForcibly()) {
      throw new IllegalStateException("process " + pid + " cannot be killed");
    }
    return now;
  }

  /** Returns whether a process is there and is no zombie. */
  static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String state = stat.substring(stat.lastIndexOf(')') + 2);
      return !state.startsWith("Z") && !state.startsWith("X");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return false; // it ended while it was read
    }
  }
}
