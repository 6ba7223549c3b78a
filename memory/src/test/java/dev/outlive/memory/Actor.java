package dev.outlive.memory;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What the tests have other processes do; objects come as words of {@link Wire}. */
final class Actor {
  private Actor() {}

  public static void main(String[] words) throws Exception {
    switch (words[0]) {
      case "hold" -> {
        ((SharedLock) Wire.object(words[1])).lock();
        say("held");
        waitForLine();
      }
      case "holdAndEnd" -> {
        SharedLock lock = (SharedLock) Wire.object(words[1]);
        Thread holder = Thread.ofPlatform().name("short-lived").start(lock::lock);
        holder.join();
        say("ended");
        waitForLine();
      }
      case "closeAfterHolder" -> {
        SharedLock lock = (SharedLock) Wire.object(words[1]);
        Thread holder = Thread.currentThread();
        Thread _ =
            Thread.ofPlatform()
                .daemon(false)
                .start(
                    () -> {
                      try {
                        holder.join();
                        lock.close();
                        say("closed");
                        waitForLine();
                      } catch (InterruptedException | IOException e) {
                        throw new AssertionError(e);
                      }
                    });
        lock.lock();
      }
      case "die" -> {
        SharedLock lock = (SharedLock) Wire.object(words[1]);
        int deaths = Integer.parseInt(words[2]);
        boolean _ =
            lock.lockOrRecover(
                death -> {
                  say("repairing after " + death.pid());
                  if (deaths > 0) {
                    Runtime.getRuntime().halt(1);
                  }
                });
        say("held");
        waitForLine();
      }
      case "await" ->
          awaitSignal((SharedLock) Wire.object(words[1]), (SharedInt) Wire.object(words[2]));
      case "square" -> {
        SharedIntArray squares = (SharedIntArray) Wire.object(words[1]);
        SharedLongArray totals = (SharedLongArray) Wire.object(words[2]);
        int i = Integer.parseInt(words[3]);
        int processes = Math.toIntExact(squares.length() / totals.length());
        for (int time = 0; time < totals.length(); time++) {
          squares.set((long) time * processes + i, i * i);
          totals.mutex().lock();
          try {
            totals.set(time, totals.get(time) + (long) i * i);
          } finally {
            totals.mutex().unlock();
          }
        }
      }
      case "add" ->
          add(
              (SharedLong) Wire.object(words[1]),
              (SharedLong) Wire.object(words[2]),
              Integer.parseInt(words[3]));
      case "sections" ->
          Sections.run((SharedLongArray) Wire.object(words[1]), Integer.parseInt(words[2]));
      case "see" -> {
        SharedLong value = (SharedLong) Wire.object(words[1]);
        say("sees " + value.get());
        waitForLine();
        say("sees " + value.get());
      }
      case "make" -> {
        SharedLong made = SharedLong.create(Long.parseLong(words[1]));
        say(Wire.text(made));
        waitForLine();
        made.close();
      }
      case "makeNamed" -> {
        SharedMemory made = SharedMemory.create(words[1], 8);
        say(Wire.text(made));
        waitForLine();
        made.close();
      }
      case "tryLock" -> {
        try (Shared memory = (Shared) Wire.object(words[1])) {
          say("" + memory.mutex().tryLock());
        }
      }
      case "close" -> {
        ((SharedLong) Wire.object(words[1])).close();
        SharedMemory.open(words[2]).close();
        say("closed");
      }
      case "all" -> {
        try (SharedLong value = SharedLong.create();
            SharedMemory named = SharedMemory.create(words[1], 100)) {
          value.mutex().lock();
          boolean _ = value.mutex().newCondition().await(1, TimeUnit.MILLISECONDS);
          value.mutex().unlock();
          named.segment().fill((byte) 1);
          say("done " + Wire.text(value).isEmpty());
        }
      }
      case "fill" -> {
        try {
          SharedByteArray made = SharedByteArray.create(Long.parseLong(words[1]));
          made.fill((byte) 1);
          say("made " + made.length());
        } catch (SharedMemoryException full) {
          say(full.getMessage());
        }
      }
      case "lock" -> {
        SharedLong value = (SharedLong) Wire.object(words[1]);
        say("sees " + value.get());
        try {
          value.mutex().lock();
          say("held");
        } catch (UnsupportedOperationException refused) {
          say(refused.getMessage());
        }
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private static void awaitSignal(SharedLock lock, SharedInt value) throws InterruptedException {
    lock.lock();
    try {
      say("waiting");
      while (value.get() == 0) {
        lock.newCondition().await();
      }
      say("signalled");
    } finally {
      lock.unlock();
    }
  }

  private static void add(SharedLong locked, SharedLong atomic, int times) {
    SharedLock lock = locked.mutex();
    for (int i = 0; i < times; i++) {
      lock.lock();
      try {
        locked.setPlain(locked.getPlain() + 1);
      } finally {
        lock.unlock();
      }
      long _ = atomic.getAndAdd(1);
    }
  }

  static void say(String line) {
    System.out.println(line);
  }

  private static void waitForLine() throws IOException {
    int _ = System.in.read();
  }
}
