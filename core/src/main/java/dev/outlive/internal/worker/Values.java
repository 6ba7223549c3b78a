package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.JavaCodec;
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
  private @Nullable ByteBuffer code;
  private @Nullable UserCodec codec;

  Values(ServedLoaders loaders) {
    this.loaders = loaders;
  }

  /** From now on this codec is used. */
  void use(ByteBuffer encoded) {
    code = encoded;
    codec = null;
  }

  /** Forgets what was decoded: its loaders are given up. */
  void decodeAnew() {
    codec = null;
  }

  @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException {
    UserCodec own = codec();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return own == null ? JavaCodec.decode(bytes, loaders, null) : own.decode(bytes, loader);
  }

  /** Returns the value as bytes, and whether decoding them calls code of the user's. */
  JavaCodec.Encoded encode(@Nullable Object value) throws IOException {
    UserCodec own = codec();
    return own == null
        ? JavaCodec.encodeKnowing(value, loaders)
        : new JavaCodec.Encoded(own.encode(value), true);
  }

  private @Nullable UserCodec codec() {
    ByteBuffer encoded = code;
    if (codec == null && encoded != null) {
      TaskCodec decoded = (TaskCodec) FunctionCode.decode(encoded, "the codec", loaders);
      codec = new UserCodec(Objects.requireNonNull(decoded, "the codec"));
    }
    return codec;
  }
}
