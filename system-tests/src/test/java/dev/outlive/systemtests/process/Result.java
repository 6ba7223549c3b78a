package dev.outlive.systemtests.process;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A result of a known size, whose encoding can be disturbed. All of it travels in the frame, as
 * arrays of booleans do.
 */
final class Result implements Serializable {
  private static final long serialVersionUID = 1;

  /** What happens in the worker when the result is encoded. */
  private final transient @Nullable Runnable onEncode;

  final int item;
  final int attempt;
  private final boolean[] flags;

  Result(int item, int attempt, int size, @Nullable Runnable onEncode) {
    this.item = item;
    this.attempt = attempt;
    this.flags = flags(item, size);
    this.onEncode = onEncode;
  }

  private static boolean[] flags(int item, int size) {
    boolean[] flags = new boolean[size];
    SplittableRandom random = new SplittableRandom(item);
    for (int i = 0; i < size; i++) {
      flags[i] = random.nextBoolean();
    }
    return flags;
  }

  boolean whole(int size) {
    return Arrays.equals(flags, flags(item, size));
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    if (onEncode != null) {
      onEncode.run();
    }
    out.defaultWriteObject();
  }
}
