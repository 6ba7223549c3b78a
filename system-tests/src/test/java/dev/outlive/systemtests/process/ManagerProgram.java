package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.manager.Manager;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;

/**
 * A program with a manager and a pool that uses it; it closes both, exits without, or waits to be
 * killed.
 */
final class ManagerProgram {
  private ManagerProgram() {}

  public static void main(String[] args) throws Exception {
    try (Manager manager = Manager.start();
        ProcessPool pool =
            ProcessPool.builder().workers(2).jvmArgs("-XX:TieredStopAtLevel=1").build()) {
      ConcurrentMap<String, Integer> sums = manager.map();
      Lock lock = manager.lock();
      pool.forEach(
          n -> {
            lock.lock();
            try {
              Integer _ = sums.put("sum", sums.getOrDefault("sum", 0) + n);
            } finally {
              lock.unlock();
            }
          },
          List.of(1, 2, 3, 4));
      System.out.println(sums);
      if (args[0].equals("wait")) {
        BlockingQueue<String> nothing = manager.queue();
        var _ = pool.submit(() -> nothing.take());
        String _ = nothing.take();
      } else if (args[0].equals("exit")) {
        System.exit(0);
      }
    }
  }
}
