package dev.outlive.os;

import java.util.Optional;

/**
 * Copies of this process's descriptors 0, 1 and 2, from which they can be mended after somebody has
 * closed or replaced them. Needs native access. Safe for use by many threads.
 */
public final class StandardStreams {
  private static final int COUNT = 3;

  private final Libc libc;
  private final int[] copies;

  private StandardStreams(Libc libc, int[] copies) {
    this.libc = libc;
    this.copies = copies;
  }

  /**
   * Copies them as they are now, ready to {@link #restore} them soon; empty where that cannot be
   * done, or one of them is not open.
   */
  public static Optional<StandardStreams> keep() {
    Optional<Libc> libc = Libc.find();
    if (libc.isEmpty()) {
      return Optional.empty();
    }
    int[] copies = new int[COUNT];
    for (int descriptor = 0; descriptor < COUNT; descriptor++) {
      copies[descriptor] = libc.get().copyAbove(COUNT, descriptor);
      if (copies[descriptor] < 0) {
        return Optional.empty();
      }
    }
    var _ = libc.get().replace(copies[0], copies[0]); // changes nothing, and links the call
    return Optional.of(new StandardStreams(libc.get(), copies));
  }

  /** Makes them what they were. What was opened in the place of one of them is closed. */
  public void restore() {
    for (int descriptor = 0; descriptor < COUNT; descriptor++) {
      libc.replace(descriptor, copies[descriptor]);
    }
  }
}
