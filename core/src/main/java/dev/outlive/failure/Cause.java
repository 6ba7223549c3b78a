package dev.outlive.failure;

/**
 * Why an attempt at a task was lost, or why a worker died. One constant per way.
 *
 * <p>New constants will come as Outlive learns to tell more ways apart: a {@code switch} over
 * causes should have a default branch. {@code docs/failures.md} has a section for each.
 */
public enum Cause {
  /** Something in the worker called {@code System.exit}; its shutdown hooks ran. */
  EXIT(Kind.CRASH),
  /** The worker ended itself without its hooks: {@code Runtime.halt} or native {@code _exit}. */
  HALT(Kind.CRASH),
  /** Somebody sent SIGKILL who was not the pool, and no out-of-memory kill was counted. */
  SIGKILL(Kind.CRASH),
  /** The kernel's out-of-memory killer took the worker: its counter rose. */
  KERNEL_OOM(Kind.CRASH),
  /** Somebody who was not the pool sent another deadly signal, such as SIGTERM. */
  SIGNAL(Kind.CRASH),
  /** Native code crashed (SIGSEGV, SIGILL, SIGFPE) and the JVM wrote a crash report. */
  NATIVE_CRASH(Kind.CRASH),
  /** Native code met SIGBUS: a mapped file that was cut short, or a full disk behind it. */
  BUS_ERROR(Kind.CRASH),
  /** The stack of a thread was used up where the JVM cannot throw: in native code. */
  STACK_OVERFLOW(Kind.CRASH),
  /** Native code called {@code abort()}, or the JVM did without leaving a crash report. */
  NATIVE_ABORT(Kind.CRASH),
  /** The worker held more memory than {@code memoryPerWorker} allows; the pool killed it. */
  MEMORY_LIMIT(Kind.CRASH),
  /** The worker's Java heap was full. */
  HEAP_OOM(Kind.CRASH),
  /** The memory for classes was full: metaspace or compressed class space. */
  METASPACE_OOM(Kind.CRASH),
  /** The task asked for an array that is longer than the JVM allows, however large its heap. */
  ARRAY_TOO_LARGE(Kind.CRASH),
  /** The memory for direct buffers was used up. */
  DIRECT_MEMORY_OOM(Kind.CRASH),
  /** The operating system gave the JVM no more memory for its own use. */
  NATIVE_MEMORY_OOM(Kind.CRASH),
  /** No more thread could be started. */
  THREAD_LIMIT(Kind.CRASH),
  /** The worker could open no more files, nor load its own classes. */
  DESCRIPTOR_LIMIT(Kind.CRASH),
  /** The worker died before it was ready: a bad flag, no java, a class path that misses a class. */
  START_FAILED(Kind.CRASH),
  /** The pool's initializer threw in the worker. */
  INITIALIZER_FAILED(Kind.CRASH),
  /** The worker had begun to exit and did not end within the grace: a shutdown hook hangs. */
  HUNG_EXIT(Kind.CRASH),
  /** The worker was stopped, or made no progress of any kind for {@code frozenAfter}. */
  FROZEN(Kind.CRASH),
  /** The worker was alive but did not pick up the work that it was given. */
  UNRESPONSIVE(Kind.CRASH),
  /** The worker sent bytes that are not a message, or an answer to something nobody asked. */
  PROTOCOL(Kind.CRASH),
  /** The worker is gone, and nobody could read how it ended. */
  UNKNOWN(Kind.CRASH),
  /** The task ran for longer than its limit; the pool killed its worker. */
  TIMEOUT(Kind.TIMEOUT),
  /** The task waited for a worker for longer than the pool's {@code queueTimeout}. No one died. */
  QUEUE_TIMEOUT(Kind.TIMEOUT),
  /** The task threw an exception. The worker lives on. */
  EXCEPTION(Kind.EXCEPTION),
  /**
   * The function, its argument or its result could not be decoded or encoded. The worker lives on.
   */
  UNDECODABLE(Kind.EXCEPTION),
  /**
   * The machine or container ran short of memory, and the pool took this worker so that the kernel
   * did not have to. The attempt does not count, and the task waits for its turn again.
   */
  PREEMPTED(Kind.OURS),
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
