package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.internal.protocol.LastWord.Kind;
import dev.outlive.internal.protocol.WorkerPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the page why this worker ends, while it still can: who called {@code System.exit},
 * which signal came, what ran out. Safe for use by many threads.
 */
final class LastWords {
  private static final String TASK_THREAD = "outlive-task ";
  private static final int MOST_NOTES = 16;

  private final WorkerPage page;
  private final boolean rehearsed;
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>(MOST_NOTES);

  private LastWords(WorkerPage page, boolean rehearsed) {
    this.page = page;
    this.rehearsed = rehearsed;
  }

  /**
   * Returns one for tasks that are only rehearsed: this process goes on, whatever they end with.
   */
  static LastWords rehearsed(WorkerPage page) {
    return new LastWords(page, true);
  }

  /** Watches for the end of this process, and for threads that end with an exception. */
  static LastWords listen(WorkerPage page) {
    LastWords words = new LastWords(page, false);
    page.lastWord(LastWord.NONE); // loads now what cannot be loaded once descriptors have run out
    boolean _ = Shortage.opensFiles();
    Runtime.getRuntime().addShutdownHook(new Thread(words::leaving, "outlive-leaving"));
    Thread.setDefaultUncaughtExceptionHandler(words::uncaught);
    return words;
  }

  // ---- what ends this process

  /** Ends this process if the error means that something has run out for good. */
  void endIfExhausted(Throwable error) {
    Kind kind = Shortage.of(error);
    if (kind != Kind.NONE && !rehearsed) {
      end(kind, error, ExitCode.EXHAUSTED);
    }
  }

  /** Ends this process since a worker without its task thread would accept work for ever. */
  void taskThreadFailed(Thread thread, Throwable error) {
    try {
      if (!Shortage.opensFiles()) {
        end(Kind.NO_MORE_DESCRIPTORS, error, ExitCode.EXHAUSTED);
      }
    } finally {
      end(Kind.PROTOCOL, error, ExitCode.PROTOCOL);
    }
  }

  /** Ends this process since what the pool sent cannot be read. */
  void poolUnreadable(Throwable error) {
    end(Kind.PROTOCOL, error, ExitCode.PROTOCOL);
  }

  /** Ends this process since the pool's initializer threw. */
  void initializerThrew(Throwable error) {
    end(Kind.INITIALIZER_THREW, error, ExitCode.INITIALIZER);
  }

  /** Ends this process since its link has ended: the pool is gone, or the link was closed here. */
  void linkEnded() {
    page.lastWord(new LastWord(Kind.POOL_GONE, "its end of the link was closed"));
    Runtime.getRuntime().halt(ExitCode.POOL_GONE);
  }

  private void end(Kind kind, Throwable error, int status) {
    try {
      page.lastWord(word(kind, error, Thread.currentThread()));
      error.printStackTrace();
    } finally {
      Runtime.getRuntime().halt(status);
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

  /**
   * What the thread that runs the exit says about why; null for all others, those too that called
   * it second and wait.
   */
  static @Nullable LastWord exit(String thread, StackTraceElement[] stack) {
    boolean runsHooks = false;
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (type.startsWith("java.lang.ApplicationShutdownHooks")) {
        runsHooks = true;
      } else if (runsHooks && type.startsWith("java.lang.Terminator")) {
        return new LastWord(Kind.SIGNALLED, thread.replace(" handler", ""));
      } else if (runsHooks && !type.startsWith("java.lang.")) {
        return new LastWord(Kind.EXIT_CALLED, "at " + inWords(frame) + in(thread));
      }
    }
    return null;
  }

  // ---- what only happens beside a task

  private void uncaught(Thread thread, Throwable error) {
    LastWord word = word(Kind.UNCAUGHT, error, thread);
    page.lastWord(word);
    endIfExhausted(error);
    boolean _ = notes.offer(word.text()); // who has sixteen knows enough
    System.err.print("Exception in thread \"" + thread.getName() + "\" ");
    error.printStackTrace();
  }

  /** Whether {@link #takeNotes} returns any. */
  boolean hasNotes() {
    return !notes.isEmpty();
  }

  /** Returns what threads have ended with since this was asked last. */
  List<String> takeNotes() {
    if (notes.isEmpty()) {
      return List.of();
    }
    List<String> taken = new ArrayList<>();
    notes.drainTo(taken);
    page.forgetUncaught();
    return taken;
  }

  // ---- words

  private static LastWord word(Kind kind, Throwable error, Thread thread) {
    String text = Shortage.ask(error::toString);
    String told = text == null ? error.getClass().getName() : text;
    StackTraceElement[] stack = Shortage.ask(error::getStackTrace);
    return new LastWord(kind, told + (stack == null ? "" : at(stack)) + in(thread.getName()));
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
}
