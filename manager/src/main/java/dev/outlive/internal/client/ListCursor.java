package dev.outlive.internal.client;

import java.util.ListIterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Goes over a list as it is just now, with one call for each element. {@code hasNext} fetches what
 * {@code next} returns, so that nobody can take it away in between. What it removes or sets is the
 * element that it has returned, wherever that is meanwhile.
 */
final class ListCursor<E extends @Nullable Object> implements ListIterator<E> {
  private static final long NONE = -1;

  private final ListView<E> view;
  private int next;
  private @Nullable Object @Nullable [] ahead; // the place of next, and its element; or neither
  private int aheadChanges;
  private int last; // the index of what was returned last
  private long lastPlace = NONE;

  ListCursor(ListView<E> view, int next) {
    this.view = view;
    this.next = next;
  }

  private @Nullable Object[] ahead() {
    @Nullable Object[] known = ahead;
    if (known == null || known.length == 0 || aheadChanges != view.changes()) {
      aheadChanges = view.changes();
      known = place(next);
      ahead = known;
    }
    return known;
  }

  private @Nullable Object[] place(int index) {
    return view.holds(index) ? view.whole().place(view.offset() + index) : new Object[0];
  }

  @Override
  public boolean hasNext() {
    return ahead().length > 0;
  }

  @Override
  public E next() {
    E element = returned(ahead(), next);
    next++;
    ahead = null;
    return element;
  }

  @Override
  public boolean hasPrevious() {
    return next > 0;
  }

  @Override
  public E previous() {
    if (next == 0) {
      throw new NoSuchElementException();
    }
    E element = returned(place(next - 1), next - 1);
    next--;
    ahead = null;
    return element;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // it holds what was put in, null where E allows it
  private E returned(@Nullable Object[] place, int index) {
    if (!(place.length > 0 && place[0] instanceof Long number)) {
      throw new NoSuchElementException();
    }
    last = index;
    lastPlace = number;
    return (E) place[1];
  }

  @Override
  public int nextIndex() {
    return next;
  }

  @Override
  public int previousIndex() {
    return next - 1;
  }

  @Override
  public void remove() {
    long place = returned();
    if (view.whole().removePlace(view.offset() + last, place)) {
      view.grown(-1);
      next -= last < next ? 1 : 0;
    }
    forget();
  }

  @Override
  public void set(E element) {
    view.whole().setPlace(view.offset() + last, returned(), element);
    ahead = null;
  }

  @Override
  public void add(E element) {
    view.whole().add(view.offset() + next, element);
    view.grown(1);
    next++;
    forget();
  }

  private long returned() {
    if (lastPlace == NONE) {
      throw new IllegalStateException("no element is the last: next() or previous() comes first");
    }
    return lastPlace;
  }

  private void forget() {
    lastPlace = NONE;
    ahead = null;
  }
}
