package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.managed.ManagedList;
import dev.outlive.managed.ManagedMap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Functions of many threads that change the same: none is lost, and none waits for ever. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class ConcurrentChangesTest {
  private static final int THREADS = 4;
  private static final int TIMES = 100;

  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /** A value that equals no other, its own copies neither. */
  private static final class Account implements Serializable {
    private static final long serialVersionUID = 1;
    final int balance;

    Account(int balance) {
      this.balance = balance;
    }
  }

  private static void inThreads(Callable<?> step) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        all.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < TIMES; i++) {
                    Object _ = step.call();
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  @Test
  void noMergeOfManyThreadsIsLost() throws Exception {
    ManagedMap<String, Integer> map = manager.map();
    inThreads(() -> map.merge("there", 1, Integer::sum));
    inThreads(() -> map.compute("there", (_, n) -> n == null ? 1 : n + 1));
    BiFunction<Integer, Integer, Integer> here = Integer::sum;
    inThreads(() -> map.merge("here", 1, here));
    BiFunction<String, Integer, Integer> next = (_, n) -> n == null ? 1 : n + 1;
    inThreads(() -> map.compute("here", next));
    assertThat(map).isEqualTo(Map.of("there", 2 * THREADS * TIMES, "here", 2 * THREADS * TIMES));
  }

  @Test
  void noReplaceAllOfManyThreadsIsLost() throws Exception {
    ManagedMap<String, Integer> map = manager.map();
    map.putAll(Map.of("a", 0, "b", 0, "c", 0));
    BiFunction<String, Integer, Integer> next = (_, n) -> n + 1;
    inThreads(
        () -> {
          map.replaceAll(next);
          return null;
        });
    assertThat(map.values()).containsOnly(THREADS * TIMES);
  }

  @Test
  void noChangeOfAListByManyThreadsIsLost() throws Exception {
    ManagedList<Integer> list = manager.list();
    list.addAll(Arrays.asList(0, 0, 0));
    UnaryOperator<Integer> next = n -> n + 1;
    inThreads(
        () -> {
          list.replaceAll(next);
          list.subList(0, 1).replaceAll(next);
          return list.update(1, n -> n + 1);
        });
    int steps = THREADS * TIMES;
    assertThat(list).isEqualTo(List.of(2 * steps, 2 * steps, steps));
  }

  @Test
  void whoChangesAListFromHereComesToItsTurnAmongManyThatNeverRest() throws Exception {
    ManagedList<Integer> list = manager.list();
    list.add(0);
    AtomicBoolean enough = new AtomicBoolean();
    try (ExecutorService executor = Executors.newFixedThreadPool(3 * THREADS)) {
      for (int t = 0; t < 3 * THREADS; t++) {
        executor.execute(
            () -> {
              while (!enough.get()) {
                list.set(0, 0);
              }
            });
      }
      try {
        UnaryOperator<Integer> next = n -> n + 1;
        Predicate<Integer> never = n -> n < 0;
        for (int i = 0; i < TIMES / 2; i++) {
          list.replaceAll(next);
          assertThat(list.removeIf(never)).isFalse();
        }
        assertThatThrownBy(() -> list.replaceAll(n -> 6 / (n - n)))
            .isInstanceOf(ArithmeticException.class);
      } finally {
        enough.set(true);
      }
    }
  }

  @Test
  void valuesThatEqualNothingAreChangedAllTheSame() throws Exception {
    ManagedMap<String, Account> map = manager.map();
    map.put("account", new Account(0));
    BiFunction<String, Account, Account> pay = (_, account) -> new Account(account.balance + 1);
    inThreads(() -> map.compute("account", pay));
    assertThat(map.get("account").balance).isEqualTo(THREADS * TIMES);
    assertThat(map.values().removeIf(account -> account.balance == THREADS * TIMES)).isTrue();
    assertThat(map).isEmpty();
  }
}
