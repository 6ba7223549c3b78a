package dev.outlive.internal.protocol;

import java.util.IdentityHashMap;

/**
 * Tells whether a text of a list was there before, the very same object: of short ones only as long
 * as no other has taken its place, of long ones always. Else a list that has one large text a
 * thousand times would travel a thousand times. Confined to one thread.
 */
final class SeenTexts {
  private static final int MOST_PLACES = 1 << 10;
  private static final int LONG = 64;

  private final String[] recent;
  private final int[] at;
  private final IdentityHashMap<String, Integer> longOnes = new IdentityHashMap<>();

  /** Begins a list of so many elements. */
  SeenTexts(int elements) {
    int places = Math.min(MOST_PLACES, Integer.highestOneBit(Math.max(1, elements)));
    recent = new String[places];
    at = new int[places];
  }

  /** Returns the index where the text was before; -1 if it was not, and is now. */
  int before(String text, int index) {
    if (text.length() >= LONG) {
      Integer seen = longOnes.putIfAbsent(text, index);
      return seen == null ? -1 : seen;
    }
    int place = text.hashCode() & (recent.length - 1);
    if (isSame(recent[place], text)) {
      return at[place];
    }
    recent[place] = text;
    at[place] = index;
    return -1;
  }

  @SuppressWarnings("ReferenceEquality") // two that are only equal stay two
  private static boolean isSame(String seen, String text) {
    return seen == text;
  }
}
