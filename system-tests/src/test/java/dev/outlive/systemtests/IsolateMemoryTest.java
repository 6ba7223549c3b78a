package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.os.WorkerCgroups;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers in control groups of their own, where the kernel is the judge; aborted where none can be
 * made. That no group is left is for {@link NoLeaks} to say. Budget: 20 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class IsolateMemoryTest {
  @BeforeAll
  static void whereGroupsCanBeMade() {
    try (WorkerCgroups probe = WorkerCgroups.create("probe-" + ProcessHandle.current().pid())) {
      assumeTrue(probe.works(), probe.problem());
    }
  }

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("isolated").workers(1).isolateMemory(true);
  }

  private static Diagnosis death(TaskFuture<?> culprit) throws Exception {
    Throwable error = Await.failure(culprit);
    assertThat(error).isInstanceOf(WorkerDiedException.class);
    return ((WorkerDiedException) error).diagnosis();
  }

  @Test
  void theKernelKillsWhoHoldsTooMuchAndProvesIt() throws Exception {
    try (ProcessPool pool = builder().memoryPerWorker(Bytes.ofMebibytes(128)).build()) {
      Diagnosis diagnosis = death(pool.submit(() -> Exhaust.nativeMemory(Bytes.ofMebibytes(400))));
      assertThat(diagnosis.cause()).isEqualTo(Cause.KERNEL_OOM);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(diagnosis.summary()).contains("its own control group counted");
      assertThat(diagnosis.evidence().toString())
          .contains("rose from 0 to 1")
          .contains("its own control group held ", " at most, its limit was 128.0 MiB");
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }

  @Test
  void aKillFromOutsideInTheSameGroupIsThat() throws Exception {
    try (ProcessPool pool = builder().memoryPerWorker(Bytes.ofMebibytes(128)).build()) {
      Diagnosis diagnosis = death(pool.submit(Crash::sigkill));
      assertThat(diagnosis.cause()).isEqualTo(Cause.SIGKILL);
      assertThat(diagnosis.summary()).doesNotContain("memory");
    }
  }

  @Test
  void eachWorkerHasAGroupOfItsOwnWithoutALimitToo(@TempDir Path signs) throws Exception {
    String first = signs.resolve("first").toString();
    String second = signs.resolve("second").toString();
    try (ProcessPool pool = builder().workers(2).build()) {
      TaskFuture<String> one = pool.submit(() -> groups(first, second));
      TaskFuture<String> other = pool.submit(() -> groups(second, first));
      assertThat(Await.result(one)).contains("/outlive-", "/worker-");
      assertThat(Await.result(other)).contains("/outlive-").isNotEqualTo(Await.result(one));
    }
  }

  /** Both at once, so that each has a worker of its own. */
  static String groups(String own, String other) throws Exception {
    Await.leaveSign(own);
    Await.sign(Path.of(other));
    return Files.readString(Path.of("/proc/self/cgroup"));
  }

  @Test
  void theGroupOfADeadWorkerGoesWithIt() throws Exception {
    try (ProcessPool pool = builder().build()) {
      Path group = Path.of(pool.call(() -> directory()));
      assertThat(group).isDirectory();
      death(pool.submit(() -> Crash.exit(3)));
      Await.until(group + " is removed", () -> !Files.exists(group));
      assertThat(group.getParent()).as("the pool's own").isDirectory();
    }
  }

  /** Of the group in the hierarchy of version 1 or 2. */
  static String directory() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
      String path = line.substring(line.lastIndexOf(':') + 1);
      for (String mount : new String[] {"/sys/fs/cgroup/memory", "/sys/fs/cgroup"}) {
        if (path.contains("/outlive-") && Files.isDirectory(Path.of(mount + path))) {
          return mount + path;
        }
      }
    }
    throw new AssertionError("in no group of its own");
  }
}
