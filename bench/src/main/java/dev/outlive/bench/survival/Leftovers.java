package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

/** Scenarios about what the killed leave behind. */
final class Leftovers {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration CHILD_LIMIT = Duration.ofSeconds(2);
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(5);

  private Leftovers() {}

  static Observations grandchild(Subject subject, Scene scene) throws InterruptedException {
    String sign = scene.file("victim");
    String child = scene.file("child");
    CompletableFuture<String> victim = subject.submit(parent(subject.child(), child, sign));
    long pid = Scene.await(sign);
    long childPid = Scene.await(child);
    long start = Scene.kill(pid);
    boolean gone = Scene.within(CHILD_LIMIT, () -> !Scene.isRunning(childPid));
    double millis = (System.nanoTime() - start) / 1e6;
    return News.of(victim, start).observed().with("gone", gone).with("goneMillis", millis);
  }

  private static Task<String> parent(List<String> command, String child, String sign) {
    return () -> {
      Scene.sign(child, new ProcessBuilder(command).start().pid());
      Scene.sign(sign);
      Thread.sleep(LONG);
      return "slept";
    };
  }

  /** All workers are busy when this process asks to be killed. */
  static Observations parentKilled(Subject subject, Scene scene) {
    for (int i = 0; i < Subject.WORKERS; i++) {
      String sign = scene.file("busy" + i);
      var _ =
          subject.submit(
              () -> {
                Scene.sign(sign);
                Thread.sleep(LONG);
                return "slept";
              });
    }
    for (int i = 0; i < Subject.WORKERS; i++) {
      long _ = Scene.await(scene.file("busy" + i));
    }
    return Observations.none().with(Observations.KILL_ME, true);
  }

  static Observations lock(Subject subject, Scene scene) throws InterruptedException {
    String sign = scene.file("holder");
    Lock lock = subject.lock();
    CompletableFuture<String> holder =
        subject.submit(
            () -> {
              lock.lock();
              Scene.sign(sign);
              Thread.sleep(LONG);
              return "slept";
            });
    long start = Scene.kill(Scene.await(sign));
    String taken = subject.takeLock(LOCK_LIMIT);
    return News.of(holder, start).observed().with("lock", taken);
  }
}
