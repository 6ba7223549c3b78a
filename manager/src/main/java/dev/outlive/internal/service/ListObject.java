package dev.outlive.internal.service;

import dev.outlive.managed.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A list in the server. Each method is one step, also where it runs a function: one that fails has
 * changed nothing. Safe for use by many threads.
 */
public final class ListObject implements ListService {
  /** An element in its place; the number tells equal ones apart, and stays when it is set. */
  private record Place(long number, @Nullable Object element) {
    Place with(@Nullable Object other) {
      return new Place(number, other);
    }
  }

  private final ArrayList<Place> places = new ArrayList<>();
  private long numbers;
  private long version; // rises with every change
  private final Quiet quiet = new Quiet(); // but for who has the snapshot of this version

  private Place placeFor(@Nullable Object element) {
    return new Place(numbers++, element);
  }

  private List<Place> placesFor(@Nullable Object[] elements) {
    List<Place> made = new ArrayList<>(elements.length);
    for (Object element : elements) {
      made.add(placeFor(element));
    }
    return made;
  }

  private static @Nullable Object[] elements(List<Place> places) {
    @Nullable Object[] elements = new Object[places.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = places.get(i).element();
    }
    return elements;
  }

  @Override
  public synchronized int size() {
    return places.size();
  }

  @Override
  public synchronized @Nullable Object get(int index) {
    return places.get(index).element();
  }

  @Override
  public synchronized @Nullable Object getFirst() {
    return places.getFirst().element();
  }

  @Override
  public synchronized @Nullable Object getLast() {
    return places.getLast().element();
  }

  @Override
  public synchronized @Nullable Object set(int index, @Nullable Object element) {
    changing();
    Place before = places.get(index);
    places.set(index, before.with(element));
    return before.element();
  }

  @Override
  public synchronized boolean add(@Nullable Object element) {
    changing();
    return places.add(placeFor(element));
  }

  @Override
  public synchronized void add(int index, @Nullable Object element) {
    changing();
    places.add(index, placeFor(element));
  }

  @Override
  public synchronized boolean addAll(@Nullable Object[] elements) {
    changing();
    return places.addAll(placesFor(elements));
  }

  @Override
  public synchronized boolean addAll(int index, @Nullable Object[] elements) {
    changing();
    return places.addAll(index, placesFor(elements));
  }

  @Override
  public synchronized @Nullable Object removeAt(int index) {
    changing();
    return places.remove(index).element();
  }

  @Override
  public synchronized @Nullable Object removeFirst() {
    changing();
    return places.removeFirst().element();
  }

  @Override
  public synchronized @Nullable Object removeLast() {
    changing();
    return places.removeLast().element();
  }

  @Override
  public synchronized boolean remove(@Nullable Object element) {
    changing();
    int index = indexOf(element);
    return index >= 0 && places.remove(index) != null;
  }

  @Override
  public synchronized void removeRange(int from, int to) {
    changing();
    places.subList(from, to).clear();
  }

  @Override
  public synchronized boolean removeAll(@Nullable Object[] elements) {
    Collection<@Nullable Object> named = Membership.of(elements);
    return removeIf(named::contains);
  }

  @Override
  public synchronized boolean retainAll(@Nullable Object[] elements) {
    Collection<@Nullable Object> named = Membership.of(elements);
    return removeIf(element -> !named.contains(element));
  }

  @Override
  public synchronized void clear() {
    changing();
    places.clear();
  }

  @Override
  public synchronized int indexOf(@Nullable Object element) {
    for (int i = 0; i < places.size(); i++) {
      if (Objects.equals(element, places.get(i).element())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public synchronized int lastIndexOf(@Nullable Object element) {
    for (int i = places.size() - 1; i >= 0; i--) {
      if (Objects.equals(element, places.get(i).element())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public synchronized boolean containsAll(@Nullable Object[] elements) {
    return new HashSet<>(Arrays.asList(toArray())).containsAll(Arrays.asList(elements));
  }

  @Override
  public synchronized @Nullable Object[] toArray() {
    return elements(places);
  }

  @Override
  public synchronized void sort(@Nullable Comparator<@Nullable Object> order) {
    changing();
    @Nullable Object[] sorted = toArray();
    Arrays.sort(sorted, order);
    put(0, places.size(), placesFor(sorted));
  }

  @Override
  public synchronized void replaceAll(UnaryOperator<@Nullable Object> function) {
    changing();
    List<Place> changed = new ArrayList<>(places.size());
    for (Place place : places) {
      changed.add(place.with(function.apply(place.element())));
    }
    put(0, places.size(), changed);
  }

  @Override
  public synchronized boolean removeIf(Predicate<@Nullable Object> condition) {
    changing();
    return places.removeIf(place -> condition.test(place.element()));
  }

  @Override
  public synchronized @Nullable Object update(int index, Update<@Nullable Object> update) {
    changing();
    Object changed = update.apply(get(index));
    Object _ = set(index, changed);
    return changed;
  }

  @Override
  public synchronized @Nullable Object[] place(int index) {
    if (index >= places.size()) {
      return new Object[0];
    }
    Place place = places.get(index);
    return new @Nullable Object[] {place.number(), place.element()};
  }

  @Override
  public synchronized boolean removePlace(int index, long number) {
    changing();
    int found = find(index, number);
    return found >= 0 && places.remove(found) != null;
  }

  @Override
  public synchronized boolean setPlace(int index, long number, @Nullable Object element) {
    changing();
    int found = find(index, number);
    if (found >= 0) {
      Object _ = set(found, element);
    }
    return found >= 0;
  }

  /** Returns where a place is now; negative: nowhere. */
  private int find(int index, long number) {
    if (index < places.size() && places.get(index).number() == number) {
      return index;
    }
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).number() == number) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public synchronized @Nullable Object[] range(int from, int to) {
    return elements(places.subList(from, to));
  }

  @Override
  public synchronized Snapshot snapshot(int from, int to, long quietNanos) {
    quiet.awaitEnd(this);
    if (quietNanos > 0) {
      version++; // nobody else has a snapshot of it
      quiet.begin(quietNanos);
    }
    return new Snapshot(version, range(from, to < 0 ? places.size() : to));
  }

  @Override
  public synchronized void endQuiet(long expected) {
    if (version == expected) {
      quiet.end(this);
    }
  }

  /** Every change begins with it: what is read before may have changed after it. */
  private void changing() {
    quiet.awaitEnd(this);
    version++;
  }

  @Override
  public synchronized boolean replaceIf(
      long expected, int from, int to, @Nullable Object[] elements) {
    if (version != expected) {
      return false;
    }
    endQuiet(expected);
    put(from, to, placesFor(elements));
    return true;
  }

  private void put(int from, int to, List<Place> changed) {
    version++;
    List<Place> before = places.subList(from, to);
    before.clear();
    before.addAll(changed);
  }
}
