package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.managed.ManagedList;
import dev.outlive.managed.ManagedMap;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Functions that collections run: where, and what becomes of those that fail. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class TravellingFunctionsTest {
  private static final long HERE = ProcessHandle.current().pid();

  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static Long pidFor(String key) {
    return key.length() + pid();
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private interface Condition<T> extends Predicate<T>, Serializable {}

  @Test
  void bareLambdasAndMethodReferencesRunInTheServer() {
    ManagedMap<String, Long> map = manager.map();
    long there = manager.pid();
    assertThat(map.compute("a", (_, _) -> pid())).isEqualTo(there);
    assertThat(map.computeIfAbsent("b", _ -> pid())).isEqualTo(there);
    assertThat(map.computeIfAbsent("", TravellingFunctionsTest::pidFor)).isEqualTo(there);
    assertThat(map.computeIfPresent("a", (_, v) -> v - pid())).isZero();
    assertThat(map.merge("a", 1L, (x, y) -> x + y + pid())).isEqualTo(1 + there);
    assertThat(map.merge("a", 1L, Long::sum)).isEqualTo(2 + there);
    map.replaceAll((_, _) -> pid());
    assertThat(map.values()).containsOnly(there);
    assertThat(map.compute("a", (_, _) -> null)).isNull();
    assertThat(map).doesNotContainKey("a");
  }

  @Test
  void aFunctionThatCannotTravelRunsHere() {
    ManagedMap<String, Long> map = manager.map();
    Object own = new Object();
    assertThat(map.compute("a", (_, _) -> own.hashCode() * 0 + pid())).isEqualTo(HERE);
    assertThat(map.computeIfAbsent("b", _ -> own.hashCode() * 0 + pid())).isEqualTo(HERE);
    assertThat(map.computeIfPresent("a", (_, v) -> own.hashCode() * 0 + v - pid())).isZero();
    BiFunction<Long, Long, Long> sum = (x, y) -> x + y + pid();
    assertThat(map.merge("a", 1L, sum)).isEqualTo(1 + HERE);
    map.replaceAll((_, _) -> own.hashCode() * 0 + 7L);
    assertThat(map).isEqualTo(Map.of("a", 7L, "b", 7L));
    assertThat(map.computeIfPresent("a", (_, _) -> own == null ? 1L : null)).isNull();
    assertThat(map.computeIfPresent("a", (_, _) -> own.hashCode() + 0L)).isNull();
    assertThat(map).isEqualTo(Map.of("b", 7L));
  }

  @Test
  void whereFunctionsAreNotAllowedTheyRunHere() {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Manager strict = Manager.builder().address(any, new byte[32]).start()) {
      ManagedMap<String, Long> map = strict.map();
      assertThat(map.compute("a", (_, _) -> pid())).isEqualTo(HERE);
      assertThat(map.merge("a", 1L, Long::sum)).isEqualTo(HERE + 1);
      ManagedList<Integer> list = strict.list();
      list.addAll(List.of(3, 1, 2));
      list.removeIf((Condition<Integer>) n -> n == 2);
      list.sort(null);
      assertThat(list.subList(0, 2)).isEqualTo(List.of(1, 3));
      assertThat(map.keySet()).isEqualTo(Set.of("a"));
    }
  }

  @Test
  void anExceptionOfAFunctionArrivesWithItsType() {
    ManagedMap<String, Integer> map = manager.map();
    map.put("a", 1);
    Object own = new Object();
    List<ThrowingCallable> failing =
        List.of(
            () ->
                map.compute(
                    "a",
                    (k, v) -> {
                      throw new Refused(k + v);
                    }),
            () ->
                map.compute(
                    "a",
                    (k, v) -> {
                      throw new Refused(own == null ? "" : k + v);
                    }));
    for (ThrowingCallable call : failing) {
      Throwable thrown = catchThrowable(call);
      assertThat(thrown).isInstanceOf(Refused.class).hasMessage("a1");
      assertThat(thrown.getStackTrace()[0].getClassName())
          .isEqualTo(TravellingFunctionsTest.class.getName());
    }
    assertThat(map).isEqualTo(Map.of("a", 1));
  }

  @Test
  void aFunctionThatFailsHalfWayHasChangedNothing() {
    ManagedList<Integer> list = manager.list();
    Set<Integer> set = manager.set();
    BlockingQueue<Integer> queue = manager.queue();
    List<Integer> numbers = List.of(3, 2, 1, 0);
    list.addAll(numbers);
    set.addAll(numbers);
    queue.addAll(numbers);
    Condition<Integer> half = n -> 6 / n > 0;
    assertThatThrownBy(() -> list.removeIf(half)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> set.removeIf(half)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> queue.removeIf(half)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> list.replaceAll(n -> 6 / n)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> list.update(3, n -> 6 / n)).isInstanceOf(ArithmeticException.class);
    assertThat(list).isEqualTo(numbers);
    assertThat(set).containsExactlyElementsOf(numbers);
    assertThat(queue).containsExactlyElementsOf(numbers);
  }

  @Test
  void aFunctionInTheServerThatUsesItsOwnCollectionIsRefused() {
    ManagedMap<String, Integer> map = manager.map();
    ManagedList<Integer> list = manager.list();
    Set<Integer> set = manager.set();
    BlockingQueue<Integer> queue = manager.queue();
    list.add(1);
    set.add(1);
    queue.add(1);
    List<ThrowingCallable> recursive =
        List.of(
            () -> map.computeIfAbsent("a", _ -> map.size()),
            () -> map.merge("a", map.compute("a", (_, _) -> 1), (_, _) -> map.remove("a")),
            () -> list.removeIf((Condition<Integer>) list::contains),
            () -> list.update(0, _ -> list.size()),
            () -> set.removeIf((Condition<Integer>) set::contains),
            () -> queue.removeIf((Condition<Integer>) queue::contains));
    for (ThrowingCallable call : recursive) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Recursive update");
    }
    assertThat(List.of(map.size(), list.size(), set.size(), queue.size()))
        .isEqualTo(List.of(1, 1, 1, 1));
  }

  @Test
  void aFunctionThatRunsHereMayUseItsOwnCollection() {
    ManagedMap<String, Integer> map = manager.map();
    BiFunction<String, Integer, Integer> size = (_, _) -> map.size();
    map.put("a", 5);
    assertThat(map.compute("a", size)).isEqualTo(1);
  }

  @Test
  void aFunctionInTheServerMayUseAnotherCollection() {
    ManagedMap<String, Integer> map = manager.map();
    ManagedList<Integer> list = manager.list();
    list.addAll(List.of(1, 2, 3));
    assertThat(map.computeIfAbsent("size", _ -> list.size())).isEqualTo(3);
  }
}
