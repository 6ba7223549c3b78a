package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** An item's processor time is its own, never more than it ran, and nothing where it slept. */
@EnabledOnOs(OS.LINUX)
final class ThreadCpuTest {
  private static final long MILLI = 1_000_000;

  private static long run(ThreadCpu cpu, Runnable item) {
    long began = System.nanoTime();
    cpu.begin(began);
    item.run();
    return cpu.used(System.nanoTime() - began);
  }

  /** Until that much of a processor's time is used, however long it takes. */
  private static void compute(long millis) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long until = threads.getCurrentThreadCpuTime() + millis * MILLI;
    while (threads.getCurrentThreadCpuTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void who_computes_has_used_the_processor_and_who_sleeps_has_not() {
    ThreadCpu cpu = new ThreadCpu();
    long slept = run(cpu, () -> sleep(200));
    long computed = run(cpu, () -> compute(200));
    long sleptAgain = run(cpu, () -> sleep(200));
    assertThat(slept).isBetween(0L, 50 * MILLI);
    assertThat(computed).isGreaterThan(60 * MILLI);
    assertThat(sleptAgain).isBetween(0L, 50 * MILLI);
    assertThat(computed).isGreaterThan(slept + sleptAgain);
  }

  @Test
  void what_is_short_is_not_looked_at() {
    ThreadCpu cpu = new ThreadCpu();
    cpu.begin(System.nanoTime());
    assertThat(cpu.used(ThreadCpu.SHORT_NANOS - 1)).isEqualTo(ThreadCpu.SHORT_NANOS - 1);
  }

  @Test
  void a_pending_interrupt_changes_nothing() {
    ThreadCpu cpu = new ThreadCpu();
    Thread.currentThread().interrupt();
    long used = run(cpu, () -> compute(50));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(used).isNotEqualTo(ThreadCpu.UNKNOWN);
    assertThat(run(cpu, () -> compute(50))).isNotEqualTo(ThreadCpu.UNKNOWN);
  }
}
