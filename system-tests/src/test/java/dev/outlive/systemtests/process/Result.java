package dev.outlive.systemtests.process;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A result of a known size, whose encoding can be disturbed. */
final class Result implements Serializable {
  private static final long serialVersionUID = 1;

  /** What happens in the worker when the result is encoded. */
  private final transient @Nullable Runnable onEncode;

  final int item;
  final int attempt;
  private final byte[] bytes;

  Result(int item, int attempt, int size, @Nullable Runnable onEncode) {
    this.item = item;
    this.attempt = attempt;
    this.bytes = bytes(item, size);
    this.onEncode = onEncode;
  }

  private static byte[] bytes(int item, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(item).nextBytes(bytes);
    return bytes;
  }

  boolean whole(int size) {
    return Arrays.equals(bytes, bytes(item, size));
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    if (onEncode != null) {
      onEncode.run();
    }
    out.defaultWriteObject();
  }
}
