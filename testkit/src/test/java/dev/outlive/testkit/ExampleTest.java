package dev.outlive.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.policy.FailurePolicy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of the README: how a program that uses Outlive is tested. Budget: 3 s. */
@ExtendWith(NoLeaks.class) // fails whoever leaves a process, thread, descriptor or file of the pool
@Timeout(60)
class ExampleTest {
  private final ProcessPool pool =
      ProcessPool.builder().workers(1).onCrash(FailurePolicy.SKIP).build();

  @Test
  void an_input_that_crashes_native_code_costs_nobody_but_itself() throws Exception {
    try (pool) {
      assertEquals(Arrays.asList(4, null, 6), pool.map(ExampleTest::size, List.of(2, 0, 3)));
      Diagnosis diagnosis = PoolAssert.assertDied(pool.submit(Crash::segfault), Cause.NATIVE_CRASH);
      assertTrue(diagnosis.crashReport().isPresent());
      PoolAssert.assertUsable(pool);
    }
  }

  static int size(int input) {
    if (input == 0) {
      Crash.segfault(); // in place of a library's own bug
    }
    return 2 * input;
  }
}
