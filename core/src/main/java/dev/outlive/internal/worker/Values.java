package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Arrived;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.LambdaCode;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.internal.protocol.Segments;
import dev.outlive.internal.protocol.UserCodec;
import dev.outlive.spi.TaskCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and results as bytes, by the JDK's serialisation or by the codec that the pool has sent.
 * That one is decoded when the first item needs it, so that a failure belongs to an item. Confined
 * to the task thread.
 */
final class Values {
  private final ServedLoaders loaders;
  private final Segments arguments;
  private final SegmentStore results;
  private final Lambdas lambdas;
  private @Nullable ByteBuffer code;
  private @Nullable UserCodec codec;

  Values(ServedLoaders loaders, Segments arguments, SegmentStore results) {
    this.loaders = loaders;
    this.arguments = arguments;
    this.results = results;
    this.lambdas = new Lambdas(loaders);
  }

  /** From now on this codec is used. */
  void use(ByteBuffer encoded) {
    code = encoded;
    codec = null;
  }

  /** Whether the JDK's serialisation and the short forms are used. */
  boolean areOurs() {
    return code == null;
  }

  /** Forgets what was decoded: its loaders are given up. */
  void decodeAnew() {
    codec = null;
  }

  /** Returns an input. */
  @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException {
    return decode(bytes, arguments);
  }

  /** Returns a result, as the pool will have it. */
  @Nullable Object decode(Parcel result) throws IOException, ClassNotFoundException {
    return decode(result.bytes(), results);
  }

  private @Nullable Object decode(ByteBuffer bytes, Segments segments)
      throws IOException, ClassNotFoundException {
    UserCodec own = codec();
    return own == null
        ? JavaCodec.decode(Arrived.of(bytes, segments), loaders, null)
        : own.decode(bytes, Thread.currentThread().getContextClassLoader());
  }

  /** Returns code: what the pool's codec has nothing to do with. */
  @Nullable Object decodeCode(ByteBuffer bytes) throws IOException, ClassNotFoundException {
    if (LambdaCode.owns(bytes)) {
      return lambdas.read(bytes);
    }
    return JavaCodec.decode(Arrived.of(bytes, arguments), loaders, null);
  }

  /** Returns the value as bytes, and whether decoding them calls code of the user's. */
  JavaCodec.Encoded encode(@Nullable Object value) throws IOException {
    UserCodec own = codec();
    return own == null
        ? JavaCodec.encode(value, loaders, results)
        : new JavaCodec.Encoded(Parcel.of(own.encode(value)), true);
  }

  private @Nullable UserCodec codec() {
    ByteBuffer encoded = code;
    if (codec == null && encoded != null) {
      TaskCodec decoded = (TaskCodec) FunctionCode.decode(encoded, "the codec", this);
      codec = new UserCodec(Objects.requireNonNull(decoded, "the codec"));
    }
    return codec;
  }
}
