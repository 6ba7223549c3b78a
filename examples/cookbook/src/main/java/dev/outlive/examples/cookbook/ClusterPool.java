package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.Resource;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.managed.ResourcePool;
import dev.outlive.manager.Manager;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.TaskContext;
import java.io.Serializable;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Nine jobs in three processes share three clusters, and get one back that its user dies with. */
public final class ClusterPool {
  public static void main(String[] args) throws Exception {
    try (Manager manager = Manager.start();
        ProcessPool pool =
            ProcessPool.builder().workers(3).retry(RetryPolicy.onCrash().attempts(2)).build()) {
      ManagedValue<Integer> numbers = manager.value(0);
      ManagedBarrier together = manager.barrier(3); // all three at work: none can be lent twice
      ResourcePool<Cluster> clusters =
          manager.resourcePool(
              () -> new Cluster(numbers.update(n -> n + 1)), // expensive: when none is idle
              ResourceOptions.<Cluster>defaults().withLimit(3));
      List<Integer> used =
          pool.map(
              job -> {
                try (Resource<Cluster> cluster = clusters.borrow()) {
                  int number = cluster.get().run(job);
                  int _ = together.await();
                  return number;
                }
              },
              IntStream.range(0, 9).boxed().toList());
      System.out.println(used.size() + " jobs ran on the clusters " + new TreeSet<>(used));
      System.out.println(clusters.made() + " were made, " + clusters.idle() + " are idle");
      System.out.println(pool.killedTasks().size() + " worker died with a cluster");
    }
  }

  record Cluster(int number) implements Serializable {
    int run(int job) {
      if (job == 8 && TaskContext.current().attempt() == 1) {
        Runtime.getRuntime().halt(1);
      }
      return number;
    }
  }
}
