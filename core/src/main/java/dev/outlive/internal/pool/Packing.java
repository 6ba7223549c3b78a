package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.UserCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is to travel to workers into bytes, on its caller's own thread.
 *
 * @param copiesAllowed whether a task may get a copy of what exists to be shared
 * @param codec for the inputs of runs; null: the JDK's serialisation
 */
public record Packing(boolean copiesAllowed, @Nullable UserCodec codec) {
  /** For what is to travel whatever it holds. */
  public static final Packing OF_CODE = new Packing(true, null);

  /**
   * Returns an input of a run as bytes.
   *
   * @param what names it in a message
   * @param lease keeps the loaders that the bytes name
   * @throws IllegalArgumentException if it cannot travel
   */
  ByteBuffer encodeInput(Object value, String what, LoaderTable.Lease lease) {
    UserCodec own = codec;
    if (own == null) {
      return encode(value, what, lease);
    }
    try {
      return own.encode(value);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot travel: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a value as bytes.
   *
   * @param what names it in a message
   * @param lease keeps the loaders that the bytes name
   * @throws IllegalArgumentException if it cannot travel; the message names the path to what cannot
   */
  public ByteBuffer encode(Object value, String what, LoaderTable.Lease lease) {
    try {
      return copiesAllowed
          ? JavaCodec.encode(value, lease)
          : JavaCodec.encodeUnshared(value, lease);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot travel: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          what + " cannot travel: it is nested too deeply to be serialised; flatten it", e);
    }
  }
}
