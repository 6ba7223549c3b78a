package dev.outlive.failure;

/**
 * Why an attempt at a task was lost, or why a worker died. One constant per way.
 *
 * <p>New constants will come as Outlive learns to tell more ways apart: a {@code switch} over
 * causes should have a default branch. {@code docs/failures.md} has a section for each.
 */
public enum Cause {
  /**
   * The worker process ended by itself: {@code System.exit}, {@code halt} or native {@code _exit}.
   */
  EXIT(Kind.CRASH),
  /** Somebody outside the pool sent SIGKILL; the kernel's out-of-memory killer is one who does. */
  SIGKILL(Kind.CRASH),
  /** Somebody sent another deadly signal, such as SIGTERM. */
  SIGNAL(Kind.CRASH),
  /** Native code crashed (SIGSEGV, SIGBUS, SIGILL, SIGFPE) and the JVM wrote a crash report. */
  NATIVE_CRASH(Kind.CRASH),
  /** Native code called {@code abort()}, or the JVM did without leaving a crash report. */
  NATIVE_ABORT(Kind.CRASH),
  /** The worker's Java heap was full. */
  HEAP_OOM(Kind.CRASH),
  /** The worker died before it was ready: a bad flag, no java, a class path that misses a class. */
  START_FAILED(Kind.CRASH),
  /** The worker sent bytes that are not a message, or an answer to something nobody asked. */
  PROTOCOL(Kind.CRASH),
  /** The worker was alive but did not pick up the work that it was given. */
  UNRESPONSIVE(Kind.CRASH),
  /** The worker is gone, and nobody could read how it ended. */
  UNKNOWN(Kind.CRASH),
  /** The task ran for longer than its limit; the pool killed its worker. */
  TIMEOUT(Kind.TIMEOUT),
  /** The task threw an exception. The worker lives on. */
  EXCEPTION(Kind.EXCEPTION),
  /**
   * The function, its argument or its result could not be decoded or encoded. The worker lives on.
   */
  UNDECODABLE(Kind.EXCEPTION),
  /** The task was cancelled while it ran and did not stop in time; the pool killed its worker. */
  CANCELLED(Kind.OURS),
  /** The pool was shut down or aborted; it killed its workers. */
  SHUTDOWN(Kind.OURS);

  /** What a cause means for the policies: which of them has its say. */
  public enum Kind {
    /** A worker died under the task: {@code onCrash}. */
    CRASH,
    /** The task ran too long: {@code onTimeout}. */
    TIMEOUT,
    /** The task ended with an exception: {@code onException}. */
    EXCEPTION,
    /** The pool's own doing: no policy is asked. */
    OURS
  }

  private final Kind kind;

  Cause(Kind kind) {
    this.kind = kind;
  }

  /** Returns which policy has its say. */
  public Kind kind() {
    return kind;
  }
}
