package dev.outlive.snippets;

import dev.outlive.ProcessPool;
import dev.outlive.managed.ManagedList;
import dev.outlive.managed.Resource;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.managed.ResourcePool;
import dev.outlive.manager.Manager;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;

/** What the Javadoc of the manager shows. */
final class ManagerSnippets {
  private ManagerSnippets() {}

  static void manager(List<String> files) throws InterruptedException {
    // @start region="manager"
    try (Manager manager = Manager.start();
        ProcessPool pool = ProcessPool.builder().build()) {
      ConcurrentMap<String, Integer> words = manager.map();
      Lock lock = manager.lock();
      pool.forEach(
          file -> {
            lock.lock(); // given back at once if this worker dies
            try {
              words.put(file, words.getOrDefault(file, 0) + 1);
            } finally {
              lock.unlock();
            }
          },
          files);
    }
    // @end
  }

  static void copies(Manager manager) {
    // @start region="copies"
    ManagedList<List<String>> groups = manager.list();
    groups.add(new ArrayList<>(List.of("anna")));
    groups.get(0).add("lost"); // changes a copy: groups is [[anna]]
    List<String> group = groups.get(0);
    group.add("ben");
    groups.set(0, group); // [[anna, ben]]
    groups.update(0, names -> List.of(names.get(0), "carl")); // in one step: [[anna, carl]]
    // @end
  }

  /** What is expensive to make. */
  record Cluster(String address) implements Serializable {
    static Cluster launch() {
      return new Cluster("node-1");
    }

    boolean answers() {
      return true;
    }

    void run(String job) {}

    void shutDown() {}
  }

  static void resources(Manager manager, ProcessPool pool, List<String> jobs)
      throws InterruptedException {
    // @start region="resources"
    ResourcePool<Cluster> clusters =
        manager.resourcePool(
            Cluster::launch, // in the server, when all there are have been borrowed
            ResourceOptions.<Cluster>defaults()
                .withLimit(3)
                .withHealthCheck(Cluster::answers)
                .withDestroyer(Cluster::shutDown));
    pool.forEach(
        job -> {
          try (Resource<Cluster> cluster = clusters.borrow()) {
            cluster.get().run(job);
          }
        },
        jobs);
    // @end
  }

  /** A user's own. */
  interface Stock {
    boolean take(String article, int pieces);
  }

  /** What is in the server. */
  static final class OneStock implements Stock {
    private int pieces = 10;

    @Override
    public synchronized boolean take(String article, int wanted) {
      boolean enough = pieces >= wanted;
      pieces -= enough ? wanted : 0;
      return enough;
    }
  }

  static int create(Manager manager, ProcessPool pool) throws InterruptedException {
    // @start region="create"
    Stock stock = manager.create(Stock.class, OneStock::new); // one, in the server
    List<Boolean> sold = pool.map(n -> stock.take("book", n), List.of(4, 5, 6));
    // @end
    return sold.size();
  }
}
