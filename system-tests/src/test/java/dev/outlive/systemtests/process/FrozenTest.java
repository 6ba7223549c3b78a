package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is not frozen, though he stands still for longer than the limit. (Who is, and is killed for
 * it: see the matrix.) Here time is what is tested, so the tests let it pass. Budget: 25 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class FrozenTest {
  private static final Duration STOPPED = Duration.ofSeconds(5);

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("still").workers(1).grace(Duration.ofMillis(500));
  }

  @Test
  void aPoolThatWasStoppedItselfDeclaresNobodyDead(@TempDir Path scratch) throws Exception {
    try (Program parent = Program.start(scratch, FrozenParent.class)) {
      parent.awaitLine("ready");
      Signal.STOP.to(parent.pid());
      Thread.sleep(STOPPED);
      Signal.CONT.to(parent.pid());
      parent.say("");
      assertThat(parent.readLine()).isEqualTo("lost 0 after a line");
    }
  }

  @Test
  void aWorkerThatGoesOnInTimeLives() throws Exception {
    try (ProcessPool pool = builder().frozenAfter(Duration.ofSeconds(6)).build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      for (int i = 0; i < 2; i++) {
        Signal.STOP.to(pid);
        Thread.sleep(Duration.ofSeconds(3));
        Signal.CONT.to(pid);
        assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      }
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @Test
  void aDebuggerMayStopAWorker() throws Exception {
    try (ProcessPool pool =
        builder()
            .frozenAfter(Duration.ofSeconds(1))
            .jvmArgs("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0")
            .build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Signal.STOP.to(pid);
      Thread.sleep(STOPPED);
      Signal.CONT.to(pid);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }
}
