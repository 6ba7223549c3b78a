package dev.outlive.internal.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes the JVM's thread dump out of what a worker prints, so that it does not end up in its task's
 * output. Everything else goes on to the sink, in order and unchanged; while no dump is asked for,
 * without a look at it.
 *
 * <pre>
 *           request()            "2026-11-20 17:15:36
 *            and bytes            Full thread dump …"
 *   PASSING ------------> SEEKING ---------------------> THREADS
 *    ^  ^                                                   | "JNI global refs: …"
 *    |  |  release()                                        v
 *    |  +------------------------------------------------ BETWEEN
 *    |  empty line          "Found 1 deadlock."             | "Found one Java-level deadlock:"
 *    +------------- AFTER <--------------------- DEADLOCK <-+
 * </pre>
 *
 * <p>HotSpot prints the threads at one safepoint and the deadlocks at another, and what runs
 * between them may print too. It prints the heap beside running threads, in pieces that nobody
 * could tell from a task's output: {@link JavaCommand} turns that part off. So a dump without a
 * deadlock has no end mark: who asked for it says when it is enough. A thread that is within
 * write(2) at a safepoint ends its write: that piece goes into the dump.
 *
 * <p>{@link #accept} and {@link #end} belong to the thread that reads the worker's output; the rest
 * is safe for use by many threads.
 */
final class DumpFilter {
  /** Where output goes; called on the reading thread. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int offset, int length);
  }

  /** How much of the threads is kept, and beyond it of their deadlocks. */
  static final int THREADS_BYTES = 256 << 10;

  private static final int DEADLOCK_BYTES = 64 << 10;

  /** Beyond this it is no dump any more: its end was lost in what a task printed meanwhile. */
  private static final int MOST_TAKEN_BYTES = 16 << 20;

  private static final int LONGEST_LINE = 8 << 10;

  private static final String THREADS_END = "JNI global refs:";
  private static final String DEADLOCK_BEGIN = "Found one Java-level deadlock:";
  private static final String DEADLOCK_END = "Found \\d+ deadlocks?\\.";

  private enum State {
    PASSING,
    SEEKING,
    THREADS,
    BETWEEN,
    DEADLOCK,
    AFTER
  }

  /**
   * A dump that was asked for; both complete also when the output ends.
   *
   * @param threads completes when all threads are there, see {@link #soFar}
   * @param deadlocks completes when a deadlock is there as well; else never
   */
  record Request(CompletableFuture<Void> threads, CompletableFuture<Void> deadlocks) {
    private void complete() {
      threads.complete(null);
      deadlocks.complete(null);
    }
  }

  private final Sink sink;
  private volatile @Nullable Request requested; // until it is released or whole
  private volatile boolean ended;

  private final ByteArrayOutputStream dump = new ByteArrayOutputStream(); // guarded by dump

  private State state = State.PASSING; // reading thread only, and all below
  private byte[] held = new byte[0];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private @Nullable Request taking;
  private long taken;
  private int blanks; // in BETWEEN

  DumpFilter(Sink sink) {
    this.sink = sink;
  }

  /**
   * Has the next dump taken out; to be called before the worker is asked for one. A second request
   * before the first dump is whole gets the same one.
   */
  synchronized Request request() {
    Request pending = requested;
    if (pending == null) {
      synchronized (dump) {
        dump.reset();
      }
      pending = new Request(new CompletableFuture<>(), new CompletableFuture<>());
      requested = pending;
    }
    if (ended) {
      pending.complete();
    }
    return pending;
  }

  /** Says that the dump is enough as it is. One that has not begun yet is still taken out. */
  synchronized void release() {
    Request pending = requested;
    if (pending != null && pending.threads.isDone()) {
      requested = null;
    }
  }

  /** Returns what has come of the dump until now. */
  String soFar() {
    synchronized (dump) {
      return dump.toString(Charset.forName(System.getProperty("native.encoding", "UTF-8")));
    }
  }

  /** Takes the worker's next output. */
  void accept(byte[] bytes, int offset, int length) {
    if (state == State.BETWEEN && !Objects.equals(requested, taking)) {
      passBlank();
      sink.accept(line.toByteArray(), 0, line.size());
      line.reset();
      state = State.PASSING;
    }
    int end = offset + length;
    int at = offset;
    while (at < end) {
      switch (state) {
        case PASSING -> {
          taking = requested;
          if (taking == null) {
            sink.accept(bytes, at, end - at);
            at = end;
          } else {
            state = State.SEEKING;
            taken = 0;
            blanks = 0;
          }
        }
        case SEEKING -> at = seek(bytes, at, end);
        case THREADS, BETWEEN, DEADLOCK, AFTER -> at = takeLine(bytes, at, end);
      }
    }
  }

  /** Says that no more output comes. */
  void end() {
    ended = true;
    sink.accept(held, 0, held.length);
    held = new byte[0];
    endLine();
    passBlank();
    Request pending = requested;
    if (pending != null) {
      pending.complete();
    }
  }

  /** Returns how far it came: the end, or behind the words that begin a dump. */
  private int seek(byte[] bytes, int from, int end) {
    byte[] work = new byte[held.length + end - from];
    System.arraycopy(held, 0, work, 0, held.length);
    System.arraycopy(bytes, from, work, held.length, end - from);
    int matched = 0;
    for (int i = 0; i < work.length; i++) {
      matched = DumpBegin.matched(work, i, matched);
      if (matched == DumpBegin.LENGTH) {
        int first = i + 1 - DumpBegin.LENGTH;
        sink.accept(work, 0, first);
        line.write(work, first, DumpBegin.LENGTH);
        state = State.THREADS;
        int consumed = i + 1 - held.length;
        held = new byte[0];
        return from + consumed;
      }
    }
    int open = work.length - matched;
    if (open > 0) {
      sink.accept(work, 0, open);
    }
    held = Arrays.copyOfRange(work, open, work.length);
    return end;
  }

  private int takeLine(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != '\n' && line.size() + at - from < LONGEST_LINE) {
      at++;
    }
    if (at == end) {
      line.write(bytes, from, end - from);
      return end;
    }
    line.write(bytes, from, at + 1 - from);
    endLine();
    return at + 1;
  }

  private void endLine() {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (bytes.length > 0) {
      takeLine(bytes, new String(bytes, StandardCharsets.ISO_8859_1).stripTrailing());
    }
  }

  private void takeLine(byte[] bytes, String text) {
    taken += bytes.length;
    switch (state) {
      case PASSING, SEEKING -> sink.accept(bytes, 0, bytes.length);
      case THREADS -> {
        keep(bytes, THREADS_BYTES);
        if (text.contains(THREADS_END)) {
          state = State.BETWEEN;
          whole(false);
        } else if (taken > MOST_TAKEN_BYTES) {
          state = State.PASSING;
          whole(true);
        }
      }
      case BETWEEN -> between(bytes, text);
      case DEADLOCK -> {
        keep(bytes, THREADS_BYTES + DEADLOCK_BYTES);
        if (text.matches(DEADLOCK_END)) {
          state = State.AFTER;
          whole(true);
        }
      }
      case AFTER -> {
        state = State.PASSING;
        if (!text.isEmpty()) {
          sink.accept(bytes, 0, bytes.length);
        }
      }
    }
  }

  /** One empty line ends the threads; another one may be the first of a deadlock's. */
  private void between(byte[] bytes, String text) {
    if (text.isEmpty() && blanks < 2) {
      blanks++;
    } else if (text.endsWith(DEADLOCK_BEGIN)) {
      byte[] own = withoutStart(bytes, text, DEADLOCK_BEGIN);
      keep(new byte[] {'\n'}, THREADS_BYTES + DEADLOCK_BYTES);
      keep(own, THREADS_BYTES + DEADLOCK_BYTES);
      state = State.DEADLOCK;
    } else {
      passBlank();
      sink.accept(bytes, 0, bytes.length);
    }
  }

  private void passBlank() {
    if (state == State.BETWEEN && blanks == 2) {
      sink.accept(new byte[] {'\n'}, 0, 1);
      blanks = 1;
    }
  }

  /** A task may have printed half a line just before the VM printed its own: passes it on. */
  private byte[] withoutStart(byte[] bytes, String text, String own) {
    int start = text.length() - own.length();
    sink.accept(bytes, 0, start);
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }

  private void keep(byte[] bytes, int limit) {
    synchronized (dump) {
      dump.write(bytes, 0, Math.clamp(limit - dump.size(), 0, bytes.length));
    }
  }

  private void whole(boolean all) {
    Request pending = requested;
    if (pending != null) {
      pending.threads.complete(null);
      if (all) {
        requested = null;
        pending.deadlocks.complete(null);
      }
    }
  }
}
