package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.managed.ManagedList;
import dev.outlive.managed.ManagedMap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What the collections of a manager have beyond the JDK's contract: copies, references, views that
 * travel, and iterators that meet the changes of other processes.
 */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class ManagedCollectionsTest {
  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static <E> ManagedList<E> listOf(List<E> elements) {
    ManagedList<E> list = manager.list();
    list.addAll(elements);
    return list;
  }

  private interface Change extends Serializable {
    void make();
  }

  /** Has another process do something: the server. */
  private static void elsewhere(Change change) {
    ManagedMap<String, Integer> map = manager.map();
    map.computeIfAbsent(
        "done",
        _ -> {
          change.make();
          return 1;
        });
  }

  @Test
  void anElementIsACopyUntilItIsSet() {
    ManagedList<int[]> list = manager.list();
    int[] own = {1};
    list.add(own);
    own[0] = 2;
    list.get(0)[0] = 3;
    assertThat(list.get(0)).containsExactly(1);
    list.set(0, own);
    assertThat(list.get(0)).containsExactly(2);
    int[] updated =
        list.update(
            0,
            array -> {
              array[0] *= 10;
              return array;
            });
    assertThat(updated).containsExactly(20);
    assertThat(list.get(0)).containsExactly(20);
  }

  @Test
  void aValueIsACopyUntilItIsPut() {
    Map<String, List<String>> map = manager.map();
    map.put("key", new ArrayList<>());
    map.get("key").add("lost");
    assertThat(map.get("key")).isEmpty();
    for (Map.Entry<String, List<String>> entry : map.entrySet()) {
      entry.setValue(List.of("kept"));
    }
    assertThat(map).isEqualTo(Map.of("key", List.of("kept")));
  }

  @Test
  void aProxyInACollectionStaysTheSameObject() {
    ManagedList<Object> list = manager.list();
    Map<String, Object> map = manager.map();
    BlockingQueue<Object> queue = manager.queue();
    Set<Object> set = manager.set();
    list.add(map);
    map.put("queue", queue);
    queue.add(set);
    set.add(List.of(list));
    assertThat(list.get(0)).isSameAs(map);
    assertThat(list.toArray()[0]).isSameAs(map);
    assertThat(list.iterator().next()).isSameAs(map);
    assertThat(map.values().iterator().next()).isSameAs(queue);
    assertThat(queue.poll()).isSameAs(set);
    assertThat(((List<?>) set.iterator().next()).get(0)).isSameAs(list);
  }

  @Test
  void aListThatHoldsItselfCanBeShown() {
    ManagedList<Object> list = manager.list();
    list.add(list);
    assertThat(list.toString()).isEqualTo("[(this Collection)]");
  }

  @Test
  void aViewTravelsAsAViewOfTheSameCollection() {
    ManagedMap<String, Integer> map = manager.map();
    ManagedList<String> list = listOf(List.of("a", "b", "c", "d"));
    ManagedList<Object> views = manager.list();
    views.add(map.keySet());
    views.add(map.values());
    views.add(map.entrySet());
    views.add(list.subList(1, 3).subList(1, 2));
    map.put("one", 1);
    list.set(2, "C");
    assertThat(views.get(0)).isEqualTo(Set.of("one"));
    assertThat(List.copyOf((java.util.Collection<?>) views.get(1))).isEqualTo(List.of(1));
    assertThat(views.get(2)).isEqualTo(Map.of("one", 1).entrySet());
    assertThat(views.get(3)).isEqualTo(List.of("C"));
    elsewhere(() -> map.keySet().clear());
    assertThat(map).isEmpty();
    elsewhere(() -> list.subList(0, 2).clear());
    assertThat(list).isEqualTo(List.of("C", "d"));
  }

  @Test
  void anEntryTravelsAsACopy() {
    ManagedMap<String, Integer> map = manager.map();
    map.put("one", 1);
    ManagedList<Map.Entry<String, Integer>> entries = manager.list();
    entries.addAll(map.entrySet());
    map.put("one", 2);
    assertThat(entries).isEqualTo(List.of(Map.entry("one", 1)));
  }

  @Test
  void whatHasNextHasSeenNextReturnsThoughItIsGone() {
    ManagedList<String> list = listOf(List.of("a", "b"));
    Iterator<String> each = list.iterator();
    assertThat(each.hasNext()).isTrue();
    elsewhere(list::clear);
    assertThat(each.next()).isEqualTo("a");
    assertThat(each.hasNext()).isFalse();
    assertThatThrownBy(each::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anIteratorMeetsWhatIsChangedOnItsWay() {
    ManagedList<String> list = listOf(List.of("a", "b"));
    Iterator<String> each = list.iterator();
    assertThat(each.next()).isEqualTo("a");
    assertThat(each.hasNext()).isTrue();
    list.set(1, "B");
    assertThat(each.next()).isEqualTo("B");
    assertThat(each.hasNext()).isFalse();
    elsewhere(() -> list.add("c"));
    assertThat(each.hasNext()).isTrue();
    assertThat(each.next()).isEqualTo("c");
  }

  @Test
  void anIteratorRemovesAndSetsWhatItHasReturnedWhereverThatIs() {
    ManagedList<String> list = listOf(List.of("a", "b", "b", "c"));
    ListIterator<String> each = list.listIterator(1);
    assertThat(each.next()).isEqualTo("b");
    assertThat(each.next()).isEqualTo("b");
    elsewhere(() -> list.remove(0));
    each.set("second b");
    assertThat(list).isEqualTo(List.of("b", "second b", "c"));
    each.remove();
    assertThat(list).isEqualTo(List.of("b", "c"));
    ListIterator<String> other = list.listIterator();
    assertThat(other.next()).isEqualTo("b");
    elsewhere(() -> list.remove("b"));
    other.remove();
    assertThat(list).isEqualTo(List.of("c"));
  }

  @Test
  void aSublistChangesItsPartOnly() {
    ManagedList<Integer> list = listOf(List.of(9, 8, 7, 6, 5, 4));
    List<Integer> part = list.subList(1, 5);
    part.sort(null);
    assertThat(list).isEqualTo(List.of(9, 5, 6, 7, 8, 4));
    part.removeIf(n -> n % 2 == 0);
    assertThat(part).isEqualTo(List.of(5, 7));
    part.replaceAll(n -> -n);
    part.subList(1, 2).addAll(List.of(1, 2));
    assertThat(part).isEqualTo(List.of(-5, -7, 1, 2));
    part.removeAll(List.of(1, 4, 9));
    assertThat(list).isEqualTo(List.of(9, -5, -7, 2, 4));
    part.clear();
    assertThat(list).isEqualTo(List.of(9, 4));
  }

  @Test
  void theEndsOfAnEmptyListAreNoElements() {
    ManagedList<String> list = manager.list();
    assertThatThrownBy(list::removeFirst).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(list::removeLast).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(list::getFirst).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(list::getLast).isInstanceOf(NoSuchElementException.class);
    list.addFirst("b");
    list.addFirst("a");
    list.addLast("c");
    assertThat(list.reversed()).isEqualTo(List.of("c", "b", "a"));
    assertThat(list.removeFirst() + list.getFirst() + list.getLast()).isEqualTo("abc");
    assertThat(list.removeLast()).isEqualTo("c");
  }

  @Test
  void aStreamSeesWhatIsThereWhenItBegins() {
    ManagedList<String> list = manager.list();
    Set<String> set = manager.set();
    BlockingQueue<String> queue = manager.queue();
    ManagedMap<String, String> map = manager.map();
    List<Stream<String>> streams =
        List.of(
            list.stream(),
            set.stream(),
            queue.stream(),
            map.keySet().stream(),
            map.values().stream(),
            map.entrySet().stream().map(Map.Entry::getKey));
    list.add("late");
    set.add("late");
    queue.add("late");
    map.put("late", "late");
    for (Stream<String> stream : streams) {
      assertThat(stream.toList()).containsExactly("late");
    }
  }

  @Test
  void collectionsAreEqualToThoseOfTheJdkAndToEachOther() {
    ManagedMap<String, Integer> map = manager.map();
    ManagedMap<String, Integer> same = manager.map();
    map.putAll(Map.of("a", 1, "b", 2));
    same.putAll(map);
    assertThat(map).isEqualTo(same).isEqualTo(new HashMap<>(map));
    assertThat(map.hashCode()).isEqualTo(Map.of("a", 1, "b", 2).hashCode());
    assertThat(map.entrySet()).isEqualTo(same.entrySet());
    assertThat(map.keySet()).isEqualTo(same.keySet());
    ManagedList<String> list = listOf(List.of("a", "b", "a"));
    assertThat(list).isEqualTo(listOf(List.of("a", "b", "a"))).isNotEqualTo(manager.list());
    assertThat(list.subList(0, 1)).isEqualTo(list.subList(2, 3)).isEqualTo(List.of("a"));
  }
}
