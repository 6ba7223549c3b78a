package dev.outlive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.task.TaskFuture;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class PoolAssertTest {
  @Test
  void what_is_asserted_is_waited_for_and_what_is_otherwise_is_told() {
    try (ProcessPool pool = ProcessPool.builder().name("asserted").workers(1).build()) {
      TaskFuture<Integer> seven = pool.submit(() -> 7);
      TaskFuture<Void> thrown =
          pool.submit(
              () -> {
                throw new FileNotFoundException("gone");
              });
      TaskFuture<Void> halted = pool.submit(() -> Runtime.getRuntime().halt(3));

      PoolAssert.assertReturned(seven, 7);
      assertThat(PoolAssert.assertThrew(thrown, IOException.class)).hasMessage("gone");
      assertThat(PoolAssert.assertDied(halted, Cause.HALT).exitValue()).hasValue(3);
      PoolAssert.diagnosed(halted.exceptionNow(), Cause.HALT);
      PoolAssert.within(Duration.ofSeconds(30)).idle(pool);
      PoolAssert.within(Duration.ofSeconds(30)).deaths(pool, 1);
      PoolAssert.assertUsable(pool);

      assertThatThrownBy(() -> PoolAssert.assertReturned(seven, 8))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("expected the result 8");
      assertThatThrownBy(() -> PoolAssert.assertDied(halted, Cause.EXIT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("expected a death by EXIT, but it was");
      assertThatThrownBy(() -> PoolAssert.assertDied(seven, Cause.EXIT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("expected a death by EXIT, but was");
      assertThatThrownBy(() -> PoolAssert.assertThrew(seven, IOException.class))
          .isInstanceOf(AssertionError.class);
      TaskFuture<Void> hanging = pool.submit(Crash::hang);
      assertThatThrownBy(() -> PoolAssert.within(Duration.ofMillis(20)).returned(hanging, null))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("not ended within PT0.02S");
      pool.shutdownNow();
      assertThatThrownBy(() -> PoolAssert.assertUsable(pool)).isInstanceOf(Exception.class);
    }
  }
}
