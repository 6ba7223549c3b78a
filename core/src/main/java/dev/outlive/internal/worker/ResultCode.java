package dev.outlive.internal.worker;

import dev.outlive.failure.UndecodableException;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.task.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns results and exceptions into bytes, and proves those whose decoding runs code of the user's:
 * it is run here first, where it can harm but this worker. A {@code readObject} that exits, hangs
 * or throws does so as part of its task. Constructors of superclasses, {@code hashCode} and {@code
 * compareTo} are not looked for. Confined to the task thread.
 */
final class ResultCode {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final Parcel NONE = Parcel.of(NOTHING);

  private final long maxBytes;
  private final ServedLoaders loaders;
  private final Values values;
  private Parcel unpublished = NONE;

  ResultCode(long maxBytes, ServedLoaders loaders, Values values) {
    this.maxBytes = maxBytes;
    this.loaders = loaders;
    this.values = values;
  }

  /**
   * Returns a result as bytes that can be decoded.
   *
   * @throws UndecodableException if it cannot be encoded, is too large, or cannot be decoded
   */
  ByteBuffer encode(@Nullable Object result) {
    JavaCodec.Encoded encoded = encoded(result);
    unpublished = encoded.parcel();
    prove(encoded);
    return encoded.parcel().bytes();
  }

  /** The last result was published: what lies in a segment is now for the pool to give back. */
  void published() {
    unpublished = NONE;
  }

  /** The last result was not published, and will not be. */
  void withdraw() {
    var _ = unpublished.release();
    unpublished = NONE;
  }

  private void prove(JavaCodec.Encoded encoded) {
    long bytes = encoded.parcel().length();
    if (bytes > maxBytes) {
      throw new UndecodableException(
          "the result has "
              + new Bytes(bytes)
              + " encoded, the limit is "
              + new Bytes(maxBytes)
              + ". Raise maxResultBytes, or return less",
          new IOException("result too large"));
    }
    try {
      if (encoded.runsCode()) {
        Object _ = values.decode(encoded.parcel());
      }
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      throw new UndecodableException("the result cannot be decoded: " + e, e);
    }
  }

  private JavaCodec.Encoded encoded(@Nullable Object result) {
    try {
      return values.encode(result);
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException("the result cannot be encoded: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new UndecodableException(
          "the result cannot be encoded: it is nested too deeply to be serialised; flatten it", e);
    }
  }

  /** Returns an exception as bytes; none where it cannot be decoded: its copy travels as well. */
  ByteBuffer encodeError(Throwable error) {
    try {
      JavaCodec.Encoded encoded = JavaCodec.encode(error, loaders, SegmentStore.NONE);
      ByteBuffer bytes = encoded.parcel().bytes();
      if (bytes.remaining() > maxBytes) {
        return NOTHING;
      }
      if (encoded.runsCode()) {
        Object _ = JavaCodec.decode(bytes, loaders, null);
      }
      var _ = error + error.getMessage(); // whoever tells of it asks these
      return bytes;
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      return NOTHING;
    }
  }
}
