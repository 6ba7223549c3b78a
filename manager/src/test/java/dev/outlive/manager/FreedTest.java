package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.managed.ManagedList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Objects that nobody can reach are freed, and no others. Budget: 30 s. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class FreedTest {
  private static final int DROPPED = 4_000;
  private static final int ELEMENT_BYTES = 64 << 10;

  private Manager manager;

  @BeforeEach
  void start() {
    // 4,000 objects of 64 KiB are 250 MiB: they do not fit all at once
    manager = Manager.builder().maxHeap(dev.outlive.task.Bytes.ofMebibytes(48)).start();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void untilObjectsAre(int number) {
    Await.until(
        number + " objects are left",
        () -> {
          System.gc();
          return manager.objects() == number;
        });
  }

  @Test
  void fourThousandCreatedAndDroppedLeaveTheServersHeapFlat() {
    for (int i = 0; i < DROPPED; i++) {
      createAndDrop();
      if (i % 200 == 199) {
        untilObjectsAre(0);
      }
    }
    untilObjectsAre(0);
  }

  private void createAndDrop() {
    List<byte[]> list = manager.list();
    list.add(new byte[ELEMENT_BYTES]);
  }

  @Test
  void whatAManagedListHoldsStaysAlive() {
    ManagedList<List<String>> outer = manager.list();
    outer.add(filled());
    untilObjectsAre(2);
    assertThat(outer.get(0)).containsExactly("inner");
    outer.clear();
    untilObjectsAreInTheServer(1);
  }

  private List<String> filled() {
    List<String> inner = manager.list();
    inner.add("inner");
    return inner;
  }

  /** The server's own proxies go with its garbage, which it collects when it has to. */
  private void untilObjectsAreInTheServer(int number) {
    Await.until(
        number + " objects are left",
        () -> {
          manager.create(Collector.class, Collecting::new).collect();
          System.gc();
          return manager.objects() <= number + 1;
        });
  }

  /** Collects the server's garbage. */
  interface Collector {
    void collect();
  }

  static class Collecting implements Collector {
    @Override
    public void collect() {
      System.gc();
    }
  }

  @Test
  void aReferenceOnItsWayKeepsItsObjectAlive() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).recycleAfter(1).build()) {
      List<List<Integer>> made = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int number = i;
        BlockingQueue<Integer> queue = manager.queue();
        made.add(
            pool.call(
                () -> {
                  queue.put(number);
                  return Collections.singletonList(queue.take());
                }));
      }
      assertThat(made).containsExactly(List.of(0), List.of(1), List.of(2));
    }
  }
}
