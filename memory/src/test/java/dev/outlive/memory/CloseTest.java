package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is closed while others are at it throws, and takes no JVM with it. Budget: 10 s. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CloseTest {
  private static final int LENGTH = 1 << 22;

  @RepeatedTest(20)
  void all_who_use_it_are_told() throws Exception {
    SharedLongArray array = SharedLongArray.create(LENGTH);
    long[] copy = new long[LENGTH];
    List<Runnable> uses =
        List.of(
            () -> array.set(5, array.get(5) + 1),
            () -> array.copyTo(0, copy, 0, LENGTH),
            () -> array.fill(3),
            () -> array.addAndGet(7, 1),
            () -> {
              array.mutex().lock();
              array.mutex().unlock();
            },
            () -> {
              array.mutex().lock();
              try {
                array.mutex().newCondition().awaitUninterruptibly();
              } finally {
                array.mutex().unlock();
              }
            });
    CountDownLatch begun = new CountDownLatch(uses.size());
    try (var threads = Executors.newCachedThreadPool()) {
      List<Future<IllegalStateException>> ends = new ArrayList<>();
      for (Runnable use : uses) {
        ends.add(
            threads.submit(
                () -> {
                  begun.countDown();
                  try {
                    while (true) {
                      use.run();
                    }
                  } catch (IllegalStateException closed) {
                    return closed;
                  }
                }));
      }
      begun.await();
      array.close();
      for (Future<IllegalStateException> end : ends) {
        assertThat(end.get()).hasMessageMatching("SharedLongArray .* is closed");
      }
    }
    assertThat(array.toString()).contains("closed");
  }
}
