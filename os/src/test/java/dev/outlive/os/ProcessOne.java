package dev.outlive.os;

import java.io.IOException;
import java.util.List;

/**
 * A program that is process 1 of its pid namespace, as in a container, and leaves orphans behind.
 */
final class ProcessOne {
  private ProcessOne() {}

  /** Prints "pid zombies-before zombies-after exit-value-of-an-innocent-child". */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Process innocent = new ProcessBuilder("sh", "-c", "read x; exit 7").start();
    String script = "sleep 600 & sleep 600 & " + Processes.JOB_CONTROL;
    Process worker =
        new ProcessBuilder(StartLine.SESSION.wrap(List.of("sh", "-c", script))).start();
    ProcessIdentity leader = ProcessIdentity.of(worker.pid()).orElseThrow();
    ProcessGroup group = new ProcessGroup(leader);
    Processes.members(leader, 5);
    group.kill();
    Await.until("swept", () -> group.sweep() == 0);
    worker.waitFor();
    Await.until("orphans are ours", () -> group.members().stream().allMatch(s -> s.parent() == 1));
    long before = zombies();
    Await.until("reaped", group::reapOrphans);
    long after = zombies();
    innocent.outputWriter().close();
    System.out.println(
        ProcessHandle.current().pid() + " " + before + " " + after + " " + innocent.waitFor());
  }

  private static long zombies() {
    return ProcessStat.all().stream().filter(ProcessStat::dead).count();
  }
}
