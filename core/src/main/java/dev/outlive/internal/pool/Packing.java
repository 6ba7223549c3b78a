package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.LambdaCode;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.SegmentStore;
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
   * Returns an input of a run as it travels.
   *
   * @param what names it in a message
   * @param lease keeps the loaders that the bytes name
   * @param store takes what is large of it
   * @throws IllegalArgumentException if it cannot travel
   */
  Parcel packInput(Object value, String what, LoaderTable.Lease lease, SegmentStore store) {
    UserCodec own = codec;
    if (own == null) {
      return pack(value, what, lease, store);
    }
    try {
      return Parcel.of(own.encode(value));
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot travel: " + e.getMessage(), e);
    }
  }

  /** As {@link #packCode}, all in the bytes. */
  public ByteBuffer encode(Object value, String what, LoaderTable.Lease lease) {
    return packCode(value, what, lease, SegmentStore.NONE).bytes();
  }

  /**
   * Returns code as it travels: what is run, and not what it is run on.
   *
   * @param what names it in a message
   * @param lease keeps the loaders that the bytes name
   * @param store takes what is large of it
   * @throws IllegalArgumentException if it cannot travel; the message names the path to what cannot
   */
  Parcel packCode(Object value, String what, LoaderTable.Lease lease, SegmentStore store) {
    try {
      ByteBuffer lambda = LambdaCode.encode(value, lease);
      return lambda == null ? pack(value, what, lease, store) : Parcel.of(lambda);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot travel: " + e.getMessage(), e);
    }
  }

  private Parcel pack(Object value, String what, LoaderTable.Lease lease, SegmentStore store) {
    try {
      return copiesAllowed
          ? JavaCodec.encode(value, lease, store).parcel()
          : JavaCodec.encodeUnshared(value, lease, store);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot travel: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          what + " cannot travel: it is nested too deeply to be serialised; flatten it", e);
    }
  }
}
