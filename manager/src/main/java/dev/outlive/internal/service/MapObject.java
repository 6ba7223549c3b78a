package dev.outlive.internal.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map in the server. Values are told apart by stamps where a client says which it has seen: the
 * copy that it has may not be equal to what is here. Safe for use by many threads.
 */
public final class MapObject implements MapService {
  /** A value as it was put once; equal to itself only. */
  private static final class Cell {
    final long stamp;
    final Object value;

    Cell(long stamp, Object value) {
      this.stamp = stamp;
      this.value = value;
    }
  }

  private final ConcurrentHashMap<Object, Cell> map = new ConcurrentHashMap<>();
  private final AtomicLong stamps = new AtomicLong(ABSENT);

  private Cell cell(Object value) {
    return new Cell(stamps.incrementAndGet(), Objects.requireNonNull(value, "value"));
  }

  private @Nullable Cell cellOrNone(@Nullable Object value) {
    return value == null ? null : cell(value);
  }

  private static @Nullable Object value(@Nullable Cell cell) {
    return cell == null ? null : cell.value;
  }

  @Override
  public int size() {
    return map.size();
  }

  @Override
  public @Nullable Object get(Object key) {
    return value(map.get(key));
  }

  @Override
  public boolean containsKey(Object key) {
    return map.containsKey(key);
  }

  @Override
  public boolean containsKeys(Object[] keys) {
    return map.keySet().containsAll(Arrays.asList(keys));
  }

  @Override
  public boolean containsValue(Object value) {
    Objects.requireNonNull(value, "value");
    return map.values().stream().anyMatch(cell -> value.equals(cell.value));
  }

  @Override
  public @Nullable Object put(Object key, Object value) {
    return value(map.put(key, cell(value)));
  }

  @Override
  public void putAll(Object[] keys, Object[] values) {
    for (int i = 0; i < keys.length; i++) {
      Cell _ = map.put(keys[i], cell(values[i]));
    }
  }

  @Override
  public @Nullable Object putIfAbsent(Object key, Object value) {
    return value(map.putIfAbsent(key, cell(value)));
  }

  @Override
  public @Nullable Object remove(Object key) {
    return value(map.remove(key));
  }

  @Override
  public boolean remove(Object key, Object value) {
    Cell cell;
    while ((cell = map.get(key)) != null && value.equals(cell.value)) {
      if (map.remove(key, cell)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean removeKeys(Object[] keys) {
    boolean removed = false;
    for (Object key : keys) {
      removed |= map.remove(key) != null;
    }
    return removed;
  }

  @Override
  public boolean removeValue(Object value) {
    for (Entry<Object, Cell> entry : map.entrySet()) {
      Cell cell = entry.getValue();
      if (value.equals(cell.value) && map.remove(entry.getKey(), cell)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean removeIfSame(Object[] keys, long[] seen) {
    boolean removed = false;
    for (int i = 0; i < keys.length; i++) {
      removed |= putIfSame(keys[i], seen[i], null);
    }
    return removed;
  }

  @Override
  public @Nullable Object replace(Object key, Object value) {
    return value(map.replace(key, cell(value)));
  }

  @Override
  public boolean replace(Object key, Object expected, Object value) {
    Objects.requireNonNull(expected, "expected");
    Cell changed = cell(value);
    Cell cell;
    while ((cell = map.get(key)) != null && expected.equals(cell.value)) {
      if (map.replace(key, cell, changed)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void clear() {
    map.clear();
  }

  @Override
  public Object[] keys() {
    return map.keySet().toArray();
  }

  @Override
  public Object[] values() {
    return map.values().stream().map(cell -> cell.value).toArray();
  }

  @Override
  public Entries entries() {
    return entries(new ArrayList<>(map.entrySet()));
  }

  @Override
  public Entries entry(Object key) {
    Cell cell = map.get(key);
    return entries(cell == null ? List.of() : List.of(java.util.Map.entry(key, cell)));
  }

  private static Entries entries(List<Entry<Object, Cell>> entries) {
    return new Entries(
        entries.stream().map(Entry::getKey).toArray(),
        entries.stream().map(entry -> entry.getValue().value).toArray(),
        entries.stream().mapToLong(entry -> entry.getValue().stamp).toArray());
  }

  @Override
  public boolean putIfSame(Object key, long stamp, @Nullable Object value) {
    if (stamp == ABSENT) {
      return value == null ? !map.containsKey(key) : map.putIfAbsent(key, cell(value)) == null;
    }
    Cell cell = map.get(key);
    return cell != null
        && cell.stamp == stamp
        && (value == null ? map.remove(key, cell) : map.replace(key, cell, cell(value)));
  }

  @Override
  public Object[] putAllIfSame(Object[] keys, long[] seen, Object[] values) {
    List<Object> others = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      if (!putIfSame(keys[i], seen[i], values[i])) {
        others.add(keys[i]);
      }
    }
    return others.toArray();
  }

  @Override
  public @Nullable Object compute(
      Object key, BiFunction<Object, @Nullable Object, @Nullable Object> function) {
    return value(map.compute(key, (k, cell) -> cellOrNone(function.apply(k, value(cell)))));
  }

  @Override
  public @Nullable Object computeIfAbsent(Object key, Function<Object, @Nullable Object> function) {
    return value(map.computeIfAbsent(key, k -> cellOrNone(function.apply(k))));
  }

  @Override
  public @Nullable Object computeIfPresent(
      Object key, BiFunction<Object, Object, @Nullable Object> function) {
    return value(map.computeIfPresent(key, (k, cell) -> cellOrNone(function.apply(k, cell.value))));
  }

  @Override
  public @Nullable Object merge(
      Object key, Object value, BiFunction<Object, Object, @Nullable Object> function) {
    return value(
        map.merge(
            key, cell(value), (old, cell) -> cellOrNone(function.apply(old.value, cell.value))));
  }

  @Override
  public void replaceAll(BiFunction<Object, Object, Object> function) {
    map.replaceAll((key, cell) -> cell(function.apply(key, cell.value)));
  }
}
