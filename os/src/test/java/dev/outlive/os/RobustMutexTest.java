package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.RobustMutex.Taken;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RobustMutexTest {
  private static Taken elsewhere(RobustMutex mutex, boolean givesBack) throws Exception {
    AtomicReference<Taken> taken = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  taken.set(mutex.tryLock());
                  if (givesBack && taken.get() == Taken.YES) {
                    mutex.unlock();
                  }
                });
    thread.join();
    return taken.get();
  }

  @Test
  void it_goes_to_one_at_a_time_and_from_the_dead_to_the_next() throws Exception {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment slot = arena.allocate(RobustMutex.BYTES, RobustMutex.BYTES);
      RobustMutex.initialise(slot);
      RobustMutex mutex = new RobustMutex(slot);
      assertThat(mutex.tryLock()).isEqualTo(Taken.YES);
      assertThat(elsewhere(mutex, true)).isEqualTo(Taken.BUSY);
      mutex.unlock();
      assertThat(elsewhere(mutex, true)).isEqualTo(Taken.YES);

      assertThat(elsewhere(mutex, false)).isEqualTo(Taken.YES);
      assertThat(mutex.lock(30_000_000_000L)).isEqualTo(Taken.OWNER_DIED);
      mutex.repaired();
      mutex.unlock();
      assertThat(mutex.lock(1_000_000)).isEqualTo(Taken.YES);
      mutex.unlock();
    }
  }

  @Test
  void a_futex_lets_go_after_its_time_when_woken_and_when_the_word_has_changed() throws Exception {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
      long begin = System.nanoTime();
      Futex.await(word, 0, 20_000_000);
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
      Futex.await(word, 1, Long.MAX_VALUE);
      Thread waiting = Thread.ofPlatform().start(() -> Futex.await(word, 0, Long.MAX_VALUE));
      Await.until(
          "it is woken",
          () -> {
            Futex.wakeAll(word);
            return !waiting.isAlive();
          });
    }
  }
}
