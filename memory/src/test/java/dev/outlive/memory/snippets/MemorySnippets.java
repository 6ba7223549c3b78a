package dev.outlive.memory.snippets;

import dev.outlive.memory.SharedIntArray;
import dev.outlive.memory.SharedLock;
import dev.outlive.memory.SharedLong;
import dev.outlive.memory.SharedMemory;
import java.lang.foreign.ValueLayout;

/** What the Javadoc of the package {@code memory} shows. */
final class MemorySnippets {
  private MemorySnippets() {}

  static void total(SharedLong total, int found) {
    // @start region="total"
    // SharedLong total = SharedLong.create(0), captured by tasks: each worker adds to the same one
    total.addAndGet(found);
    // @end
  }

  static void counter() {
    // @start region="counter"
    try (SharedLong hits = SharedLong.create(0)) {
      hits.incrementAndGet(); // here, and in any process that hits was passed to
      System.out.println(hits.get());
    }
    // @end
  }

  static void squares(SharedIntArray squares, SharedLong sum, int i) {
    // @start region="squares"
    squares.set(i, i * i);
    SharedLock lock = squares.mutex();
    lock.lock();
    try {
      sum.setPlain(sum.getPlain() + i * i); // seen by whoever takes the lock next
    } finally {
      lock.unlock();
    }
    // @end
  }

  static void recover(SharedIntArray done, SharedLong total, SharedLock lock) {
    // @start region="recover"
    lock.lockOrRecover(
        death -> { // runs under the lock, if a holder has died: makes the total what it must be
          long sum = 0;
          for (long i = 0; i < done.length(); i++) {
            sum += done.get(i);
          }
          total.setPlain(sum);
        });
    try {
      done.set(7, 42);
      total.setPlain(total.getPlain() + 42);
    } finally {
      lock.unlock();
    }
    // @end
  }

  static void named() {
    // @start region="named"
    try (SharedMemory frames = SharedMemory.create("frames", 1 << 20)) {
      frames.segment().set(ValueLayout.JAVA_LONG, 0, 4711);
      // another process: SharedMemory.open("frames").segment().get(ValueLayout.JAVA_LONG, 0)
    }
    // @end
  }
}
