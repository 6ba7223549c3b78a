package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Consumes a queue, each message in a process of its own, whatever a message does to it. */
public final class ProcessPerMessage {
  private static final BlockingQueue<String> QUEUE =
      new LinkedBlockingQueue<>(List.of("resize 7", "resize 8", "poison", "resize 9", "end"));

  public static void main(String[] args) throws InterruptedException {
    Set<Long> processes = new HashSet<>();
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1)
            .recycleAfter(1) // a fresh process for each message
            .warmSpares(1) // which is ready when the last one leaves
            .build()) {
      for (String m = QUEUE.take(); !m.equals("end"); m = QUEUE.take()) {
        String message = m;
        try {
          processes.add(pool.call(() -> handle(message)));
          System.out.println(message + ": done");
        } catch (WorkerDiedException e) {
          System.out.println(message + ": put aside, " + e.diagnosis().cause());
        }
      }
    }
    System.out.println(processes.size() + " done by as many processes");
  }

  static long handle(String message) {
    if (message.equals("poison")) {
      System.exit(1);
    }
    return ProcessHandle.current().pid();
  }
}
