package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import dev.outlive.bench.Arrivals;
import dev.outlive.managed.ManagedValue;
import dev.outlive.manager.Manager;
import dev.outlive.memory.SharedInt;
import dev.outlive.memory.SharedLock;
import dev.outlive.memory.SharedLong;
import dev.outlive.task.Action;
import dev.outlive.task.TaskFuture;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;

/** What shared state costs. */
final class Counters {
  /** How much less is done by a lock that takes a call to a server, or to the kernel. */
  private static final int FEWER_BY_CALL = 200;

  private static final int FEWER_WITHOUT_NATIVE = 20;

  private Counters() {}

  static Samples locked(Plan plan) throws Exception {
    Samples samples = new Samples();
    boolean nativeAccess = Counters.class.getModule().isNativeAccessEnabled();
    int times = nativeAccess ? plan.units() : plan.units() / FEWER_WITHOUT_NATIVE;
    int calls = Math.max(100, plan.units() / FEWER_BY_CALL);
    try (SharedLong counter = SharedLong.create();
        Manager manager = Manager.start();
        ProcessPool pool = ProcessPool.builder().workers(2).build()) {
      SharedLock lock = counter.mutex();
      together(pool, plan, samples, "lock", times, () -> count(counter, lock, times));
      together(pool, plan, samples, "atomic, no lock", times, () -> count(counter, times));
      ManagedValue<Long> value = manager.value(0L);
      Lock far = manager.lock();
      together(pool, plan, samples, "manager's lock", calls, () -> count(value, far, calls));
    }
    return samples;
  }

  /** Nanoseconds an operation, of two workers at once: both are there before the clock starts. */
  private static void together(
      ProcessPool pool, Plan plan, Samples samples, String variant, int times, Action work)
      throws Exception {
    plan.timed(samples, variant, 2.0 * times, () -> together(pool, work));
  }

  private static long together(ProcessPool pool, Action work) throws Exception {
    try (SharedInt ready = SharedInt.create();
        SharedInt go = SharedInt.create()) {
      Action task =
          () -> {
            Arrivals.arrive(ready);
            while (go.get() == 0) {
              Thread.onSpinWait();
            }
            work.act();
          };
      List<TaskFuture<Void>> both = List.of(pool.submit(task), pool.submit(task));
      Arrivals.await(ready, 2);
      long began = System.nanoTime();
      go.set(1);
      for (TaskFuture<Void> one : both) {
        one.get();
      }
      return System.nanoTime() - began;
    }
  }

  private static void count(SharedLong counter, SharedLock lock, int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      try {
        counter.setPlain(counter.getPlain() + 1);
      } finally {
        lock.unlock();
      }
    }
  }

  private static void count(SharedLong counter, int times) {
    for (int i = 0; i < times; i++) {
      counter.incrementAndGet();
    }
  }

  private static void count(ManagedValue<Long> value, Lock lock, int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      try {
        value.set(value.get() + 1);
      } finally {
        lock.unlock();
      }
    }
  }

  static Samples managed(Plan plan) throws Exception {
    Samples samples = new Samples();
    double unit = Samples.MICROS * plan.units();
    try (Manager manager = Manager.start()) {
      ManagedValue<Integer> value = manager.value(1);
      List<Integer> list = manager.list();
      Map<Integer, Integer> map = manager.map();
      plan.rounds(
          samples,
          "value.get",
          unit,
          () -> {
            for (int i = 0; i < plan.units(); i++) {
              value.get();
            }
          });
      plan.rounds(
          samples,
          "list.add",
          unit,
          () -> {
            for (int i = 0; i < plan.units(); i++) {
              list.add(i);
            }
          });
      plan.rounds(
          samples,
          "map.put",
          unit,
          () -> {
            for (int i = 0; i < plan.units(); i++) {
              map.put(i & 1023, i);
            }
          });
    }
    return samples;
  }
}
