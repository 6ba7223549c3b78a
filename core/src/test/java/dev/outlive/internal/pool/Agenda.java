package dev.outlive.internal.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Virtual time, and what is to happen in it. It never runs backwards. */
final class Agenda {
  private enum Kind {
    USUAL,
    /** By the clock: a pause does not put it off. */
    ALARM,
    /** It is no reason to go on. */
    ASIDE
  }

  private record Entry(long at, long order, Kind kind, Runnable step) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private long lastOrder;
  private int reasons;
  private long now = 1_000_000_000L;

  long now() {
    return now;
  }

  void at(long when, Runnable step) {
    add(when, Kind.USUAL, step);
  }

  /** As {@link #at}, but by the clock: a pause does not put it off. */
  void alarm(long when, Runnable step) {
    add(when, Kind.ALARM, step);
  }

  /** As {@link #at}, but it happens only if something else goes on by then. */
  void aside(long when, Runnable step) {
    add(when, Kind.ASIDE, step);
  }

  private void add(long when, Kind kind, Runnable step) {
    reasons += kind == Kind.ASIDE ? 0 : 1;
    entries.add(new Entry(Math.max(now, when), lastOrder++, kind, step));
  }

  void in(long nanos, Runnable step) {
    at(now + nanos, step);
  }

  /** Whether nothing more happens that would happen in any case. */
  boolean isEmpty() {
    return reasons == 0;
  }

  void step() {
    Entry next = entries.remove();
    reasons -= next.kind() == Kind.ASIDE ? 0 : 1;
    now = next.at();
    next.step().run();
  }

  /** The machine stands still for a while: the clock runs on, and all else happens later. */
  void pause(long nanos) {
    now += nanos;
    List<Entry> all = new ArrayList<>(entries);
    entries.clear();
    for (Entry entry : all) {
      long at = entry.kind() == Kind.ALARM ? Math.max(now, entry.at()) : entry.at() + nanos;
      entries.add(new Entry(at, entry.order(), entry.kind(), entry.step()));
    }
  }
}
