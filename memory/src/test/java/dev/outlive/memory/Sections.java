package dev.outlive.memory;

import java.util.concurrent.locks.LockSupport;

/**
 * Critical sections that are killed: a total that must be the sum of what each process has
 * completed, and a word that says who is within.
 */
final class Sections {
  static final int TOTAL = 0;
  static final int WITHIN = 1;
  static final int VIOLATIONS = 2;
  static final int REPAIRS = 3;
  static final int FIRST_SLOT = 4;
  private static final long OFTEN = 50;
  private static final long PAUSE_NANOS = 200_000;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private Sections() {}

  /** Adds to a slot, and to the total, until it is killed. */
  static void run(SharedLongArray words, int slot) {
    Actor.say("running");
    for (long i = 0; i < FOR_EVER; i++) {
      section(words, slot);
    }
  }

  static void section(SharedLongArray words, int slot) {
    SharedLock lock = words.mutex();
    boolean _ = lock.lockOrRecover(death -> repair(words));
    try {
      long before = words.getAndSet(WITHIN, slot);
      if (before != 0) {
        long _ = words.incrementAndGet(VIOLATIONS);
      }
      words.set(TOTAL, words.get(TOTAL) + 1);
      if (words.get(slot) % OFTEN == 0) {
        LockSupport.parkNanos(PAUSE_NANOS); // most are killed here: half changed
      }
      words.set(slot, words.get(slot) + 1);
      if (words.getAndSet(WITHIN, 0) != slot) {
        long _ = words.incrementAndGet(VIOLATIONS);
      }
    } finally {
      lock.unlock();
    }
  }

  static void repair(SharedLongArray words) {
    words.set(TOTAL, sum(words));
    words.setVolatile(WITHIN, 0);
    words.set(REPAIRS, words.get(REPAIRS) + 1);
  }

  static long sum(SharedLongArray words) {
    long sum = 0;
    for (long i = FIRST_SLOT; i < words.length(); i++) {
      sum += words.get(i);
    }
    return sum;
  }
}
