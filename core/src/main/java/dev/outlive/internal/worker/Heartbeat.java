package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.WorkerPage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A daemon thread that gives a sign of life in the page once a second. That it is silent proves
 * nothing: a loaded machine, a debugger or a native call that holds up a safepoint silence it too.
 *
 * <p>It notes how large the heap is as well, while there is work ten times a second: when a worker
 * is over its limit nobody has the time to ask. An idle worker is woken once a second and no more.
 * What segments it has not used for a while it lets go of then.
 */
final class Heartbeat {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AT_WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final WorkerPage page;
  private final WorkerSegments segments;
  private final Thread thread;

  /** Whether the thread knows of work; set by the link's thread, cleared by its own. */
  private volatile boolean atWork;

  private Heartbeat(WorkerPage page, WorkerSegments segments) {
    this.page = page;
    this.segments = segments;
    this.thread = Thread.ofPlatform().daemon().name("outlive-heartbeat").unstarted(this::run);
  }

  static Heartbeat start(WorkerPage page, WorkerSegments segments) {
    Heartbeat heartbeat = new Heartbeat(page, segments);
    heartbeat.thread.start();
    return heartbeat;
  }

  /** Work has come. Costs no more than a read where the last has only just gone. */
  void workCame() {
    if (!atWork) {
      atWork = true;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    HeapUse heap = HeapUse.NONE;
    long beat = System.nanoTime() - PERIOD_NANOS;
    while (true) {
      long now = System.nanoTime();
      heap = HeapUse.ofThisJvm(heap);
      page.heap(heap, now);
      if (now - beat >= PERIOD_NANOS) {
        page.beat(now);
        beat = now;
        segments.trim(now);
      }
      atWork = false; // before the look: what comes after it wakes this thread
      atWork |= hasWork();
      long rest = PERIOD_NANOS - (now - beat);
      LockSupport.parkNanos(atWork ? Math.min(AT_WORK_NANOS, rest) : rest);
      Thread.interrupted(); // whoever interrupts all threads must not make it spin
    }
  }

  private boolean hasWork() {
    for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
      boolean live =
          switch (SlotWord.phase(page.word(slot))) {
            case OFFERED, DECODING, RUNNING, ENCODING, PUBLISHING -> true;
            case EMPTY, DONE, REVOKED, CONDEMNED -> false;
          };
      if (live) {
        return true;
      }
    }
    return page.initializing();
  }
}
