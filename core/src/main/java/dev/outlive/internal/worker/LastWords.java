package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.internal.protocol.LastWord.Kind;
import dev.outlive.internal.protocol.WorkerPage;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the page why this worker ends, while it still can: who called {@code System.exit},
 * which signal came, what ran out. Safe for use by many threads.
 *
 * <p>The JVM ends itself where the heap or the metaspace is full. Where direct memory, threads or
 * descriptors run out it does not: the error is thrown by Java code, and a worker that has met it
 * would fail its next tasks too. So a worker whose task or thread ends with such an error ends as
 * well.
 */
final class LastWords {
  private static final int DEEPEST_CAUSE = 16;
  private static final String TASK_THREAD = "outlive-task ";

  private static final int MOST_NOTES = 16;

  private final WorkerPage page;
  private final BlockingQueue<String> notes = new ArrayBlockingQueue<>(MOST_NOTES);

  private LastWords(WorkerPage page) {
    this.page = page;
  }

  /** Watches for the end of this process, and for threads that end with an exception. */
  static LastWords listen(WorkerPage page) {
    LastWords words = new LastWords(page);
    page.lastWord(LastWord.NONE); // loads what could not be loaded without a descriptor
    Runtime.getRuntime().addShutdownHook(new Thread(words::leaving, "outlive-leaving"));
    Thread.setDefaultUncaughtExceptionHandler(words::uncaught);
    return words;
  }

  /** Ends this process if the error means that something has run out for good. */
  void endIfExhausted(Throwable error) {
    Throwable cause = error;
    for (int i = 0; i < DEEPEST_CAUSE && cause != null; i++, cause = ask(cause::getCause)) {
      Kind kind = exhausted(cause);
      if (kind == Kind.NO_MORE_DESCRIPTORS && opensFiles()) {
        continue; // the task has closed its own, or another process used up the machine's
      }
      if (kind != Kind.NONE) {
        end(kind, cause, ExitCode.EXHAUSTED);
      }
    }
  }

  /** Returns what threads have ended with since this was asked last. */
  List<String> takeNotes() {
    if (notes.isEmpty()) {
      return List.of();
    }
    List<String> taken = new ArrayList<>();
    notes.drainTo(taken);
    return taken;
  }

  /** Ends this process since a worker without its task thread would accept work for ever. */
  void taskThreadFailed(Thread thread, Throwable error) {
    boolean exhausted = !opensFiles();
    end(
        exhausted ? Kind.NO_MORE_DESCRIPTORS : Kind.PROTOCOL,
        error,
        exhausted ? ExitCode.EXHAUSTED : ExitCode.PROTOCOL);
  }

  private void end(Kind kind, Throwable error, int status) {
    page.lastWord(word(kind, error, Thread.currentThread()));
    try {
      error.printStackTrace();
    } finally {
      Runtime.getRuntime().halt(status);
    }
  }

  private static boolean opensFiles() {
    try {
      new FileInputStream("/dev/null").close();
      return true;
    } catch (FileNotFoundException e) {
      return !tooManyFiles(e.getMessage());
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean tooManyFiles(@Nullable String message) {
    return message != null && message.contains("Too many open files");
  }

  private static Kind exhausted(Throwable error) {
    String message = ask(error::getMessage);
    if (tooManyFiles(message)) {
      return Kind.NO_MORE_DESCRIPTORS;
    }
    return error instanceof OutOfMemoryError ? exhausted(message) : Kind.NONE;
  }

  /** Ends this process since the pool's initializer threw. */
  void initializerThrew(Throwable error) {
    end(Kind.INITIALIZER_THREW, error, ExitCode.INITIALIZER);
  }

  /**
   * What an error's message says that has run out. Java code throws the type for other reasons too,
   * such as a string that would be too long for an array; those hurt nobody but their task.
   */
  static Kind exhausted(@Nullable String message) {
    if (message == null) {
      return Kind.NONE;
    } else if (message.contains("direct buffer memory")) {
      return Kind.DIRECT_MEMORY_FULL;
    } else if (message.contains("unable to create native thread")) {
      return Kind.NO_MORE_THREADS;
    } else if (message.equals("Java heap space")
        || message.equals("GC overhead limit exceeded")
        || message.equals("Metaspace")
        || message.equals("Compressed class space")
        || message.equals("Requested array size exceeds VM limit")) {
      return Kind.HEAP_FULL;
    }
    return Kind.NONE;
  }

  private void uncaught(Thread thread, Throwable error) {
    LastWord word = word(Kind.UNCAUGHT, error, thread);
    page.lastWord(word);
    endIfExhausted(error);
    boolean _ = notes.offer(word.text()); // who has sixteen knows enough
    System.err.print("Exception in thread \"" + thread.getName() + "\" ");
    error.printStackTrace();
  }

  private static LastWord word(Kind kind, Throwable error, Thread thread) {
    String text = ask(error::toString);
    String told = text == null ? error.getClass().getName() : text;
    String where = ask(() -> at(error.getStackTrace()));
    return new LastWord(kind, told + (where == null ? "" : where) + in(thread.getName()));
  }

  /** The first frame that is not the JDK's own; empty if there is none. */
  private static String at(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
        return " at " + inWords(frame);
      }
    }
    return "";
  }

  /** Without its class loader and module: those say {@code app//} of nearly all. */
  private static String inWords(StackTraceElement frame) {
    return new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        .toString();
  }

  /** The name of the task's thread repeats that of the task, which everybody knows. */
  private static String in(String thread) {
    return thread.startsWith(TASK_THREAD) ? " in the task's thread" : " in thread " + thread;
  }

  /** Whatever an exception of the user's does when it is asked. */
  private static <T> @Nullable T ask(Supplier<? extends @Nullable T> question) {
    try {
      return question.get();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  private void leaving() {
    page.leave();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      LastWord word = exit(entry.getKey().getName(), entry.getValue());
      if (word != null) {
        page.lastWord(word);
      }
    }
  }

  /** What a thread that has begun the exit says about why; null for all other threads. */
  static @Nullable LastWord exit(String thread, StackTraceElement[] stack) {
    boolean exits = false;
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (type.equals("java.lang.Shutdown")) {
        exits = true;
      } else if (exits && type.startsWith("java.lang.Terminator")) {
        return new LastWord(Kind.SIGNALLED, thread.replace(" handler", ""));
      } else if (exits && !type.equals("java.lang.Runtime") && !type.equals("java.lang.System")) {
        return new LastWord(Kind.EXIT_CALLED, "at " + inWords(frame) + in(thread));
      }
    }
    return null;
  }
}
