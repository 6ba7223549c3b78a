package dev.outlive.internal.local;

import dev.outlive.os.Guardian;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Signals;
import dev.outlive.os.ThreadStates;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the threads of a worker were at shortly before it was killed: the JVM's own dump, or where
 * it gives none in time, what the kernel knows.
 *
 * @param text the dump, or a line for each thread; may be empty
 * @param note a sentence about what is missing; empty when nothing is
 * @param deadlock whether the JVM found threads that wait for each other
 * @param taskStack the part of the thread that runs the task; empty when it was not seen
 */
record ThreadDump(String text, String note, boolean deadlock, String taskStack) {
  /** None was taken. */
  static final ThreadDump NONE = new ThreadDump("", "", false, "");

  /** How long a kill waits for it. */
  static final Duration LIMIT = Duration.ofMillis(250);

  /** The JVM looks for deadlocks right after its threads, and is silent when there is none. */
  private static final Duration DEADLOCK_LIMIT = Duration.ofMillis(50);

  private static final String THREADS_END = "JNI global refs:";
  private static final String DEADLOCK = "\nFound one Java-level deadlock:";
  private static final String TASK = "\n\"outlive-task";
  private static final Pattern OF_THE_JDK = Pattern.compile("(java|jdk|sun)\\..*");
  private static final Pattern HOLDER =
      Pattern.compile(
          "\n\"outlive-task[^\n]*\":\n  waiting [^\n]*\n  which is held by \"([^\n]*)\"");

  /**
   * Asks a worker for its threads and waits, at most for the limit. Best effort: it never throws,
   * and copes with a worker that is stopped, hangs in native code or dies meanwhile.
   *
   * @param worker one that said it is ready: a JVM that still starts ends from being asked
   * @param output through which all of the worker's output goes, on another thread
   */
  static ThreadDump take(
      ProcessIdentity worker, DumpFilter output, Guardian guardian, Duration limit) {
    return take(worker, output, guardian, limit, DEADLOCK_LIMIT);
  }

  /** The same, and waits for deadlocks as long as that. */
  static ThreadDump take(
      ProcessIdentity worker,
      DumpFilter output,
      Guardian guardian,
      Duration limit,
      Duration deadlockLimit) {
    long end = System.nanoTime() + limit.toNanos();
    DumpFilter.Request request = output.request();
    if (!Signals.quit(worker)) {
      guardian.quit(worker);
    }
    boolean answered = await(request.threads(), limit.toNanos());
    if (answered) {
      await(request.deadlocks(), Math.min(end - System.nanoTime(), deadlockLimit.toNanos()));
    }
    String text = output.soFar();
    output.release();
    return text.isEmpty() ? ofKernel(worker, answered, limit) : ofJvm(text, limit);
  }

  /** Returns false after the time, and at once in an interrupted thread, which stays so. */
  private static boolean await(CompletableFuture<Void> part, long nanos) {
    try {
      part.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException impossible) {
      throw new AssertionError("never completed with an exception", impossible);
    }
  }

  /** Reads what HotSpot printed. */
  static ThreadDump ofJvm(String text, Duration limit) {
    String note =
        text.contains(THREADS_END)
            ? ""
            : text.length() >= DumpFilter.THREADS_BYTES
                ? "The thread dump is cut at " + (DumpFilter.THREADS_BYTES >> 10) + " KiB."
                : "The thread dump was not complete within " + limit.toMillis() + " ms.";
    return new ThreadDump(text, note, text.contains(DEADLOCK), taskStack(text));
  }

  private static ThreadDump ofKernel(ProcessIdentity worker, boolean outputEnded, Duration limit) {
    List<String> lines = worker.isAlive() ? ThreadStates.read(worker.pid()) : List.of();
    String note;
    if (!worker.isAlive()) {
      note = "The process was gone before it printed its threads.";
    } else if (outputEnded) {
      note = "Its output ended before it printed its threads: it is ending, or closed its streams.";
    } else {
      note =
          "No safepoint was reached within "
              + limit.toMillis()
              + " ms, so there are no Java stacks"
              + (lines.isEmpty() ? "." : ": the kernel says this of its threads.");
    }
    return new ThreadDump(String.join("\n", lines), note, false, "");
  }

  /**
   * Returns the topmost frame of the task that is not the JDK's own, and if it is deadlocked, who
   * has the lock that it waits for; empty if there is no such frame.
   */
  String at() {
    String frame = topmost();
    Matcher holder = HOLDER.matcher(text);
    return frame.isEmpty() || !deadlock || !holder.find()
        ? frame
        : frame + ", which waits for a lock of thread \"" + holder.group(1) + "\"";
  }

  private String topmost() {
    return taskStack
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("at "))
        .map(line -> line.substring("at ".length()))
        .filter(frame -> !OF_THE_JDK.matcher(frame).matches())
        .findFirst()
        .orElse("");
  }

  /** The thread's name is {@code outlive-task}, followed by its task's number while it runs one. */
  private static String taskStack(String text) {
    int at = text.indexOf(TASK + " ");
    if (at < 0) {
      at = text.indexOf(TASK + "\"");
    }
    if (at < 0) {
      return "";
    }
    int end = text.indexOf("\n\n", at + 1);
    return text.substring(at + 1, end < 0 ? text.length() : end + 1);
  }
}
