package dev.outlive.internal.protocol;

/**
 * What a worker wrote into its page before it ended, since nothing that it could send would be sure
 * to arrive.
 *
 * @param kind what happened
 * @param text where and how, for people; a page keeps its first 2048 bytes
 */
public record LastWord(Kind kind, String text) {
  /** Nothing was noted. */
  public static final LastWord NONE = new LastWord(Kind.NONE, "");

  /** What happened, the lightest first: a page keeps the weightiest. */
  public enum Kind {
    /** Nothing was noted. */
    NONE(0),
    /** A thread that the task had started ended with an exception. The worker lives on. */
    UNCAUGHT(1),
    /** A signal that ends a JVM in order (SIGTERM, SIGINT, SIGHUP) has come. */
    SIGNALLED(2),
    /** Something called {@code System.exit}. */
    EXIT_CALLED(3),
    /** The pool's initializer threw. */
    INITIALIZER_THREW(4),
    /** What the pool sent could not be read, or the task thread failed: a bug. */
    PROTOCOL(5),
    /** The pool's end of the link was closed. */
    POOL_GONE(6),
    /** The Java heap was full, and the JVM left it to the worker to end. */
    HEAP_FULL(7),
    /** The memory for direct buffers was used up. */
    DIRECT_MEMORY_FULL(8),
    /** No more thread could be started. */
    NO_MORE_THREADS(9),
    /** No more file could be opened. */
    NO_MORE_DESCRIPTORS(10);

    private static final Kind[] ALL = values();

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    long code() {
      return code;
    }

    /** Returns the kind with that code; NONE for a code that no honest worker writes. */
    static Kind of(long code) {
      return code >= 0 && code < ALL.length ? ALL[(int) code] : NONE;
    }
  }
}
