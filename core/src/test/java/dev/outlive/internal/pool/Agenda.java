package dev.outlive.internal.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Virtual time, and what is to happen in it. It never runs backwards. */
final class Agenda {
  private record Entry(long at, long order, boolean alarm, Runnable step) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private long lastOrder;
  private long now = 1_000_000_000L;

  long now() {
    return now;
  }

  void at(long when, Runnable step) {
    entries.add(new Entry(Math.max(now, when), lastOrder++, false, step));
  }

  /** As {@link #at}, but by the clock: a pause does not put it off. */
  void alarm(long when, Runnable step) {
    entries.add(new Entry(Math.max(now, when), lastOrder++, true, step));
  }

  void in(long nanos, Runnable step) {
    at(now + nanos, step);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  void step() {
    Entry next = entries.remove();
    now = next.at();
    next.step().run();
  }

  /** The machine stands still for a while: the clock runs on, and all else happens later. */
  void pause(long nanos) {
    now += nanos;
    List<Entry> all = new ArrayList<>(entries);
    entries.clear();
    for (Entry entry : all) {
      long at = entry.alarm() ? Math.max(now, entry.at()) : entry.at() + nanos;
      entries.add(new Entry(at, entry.order(), entry.alarm(), entry.step()));
    }
  }
}
