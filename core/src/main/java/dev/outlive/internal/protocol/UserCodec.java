package dev.outlive.internal.protocol;

import dev.outlive.spi.TaskCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Values as bytes by the codec that the user has given. Safe for use by many threads. */
public final class UserCodec {
  private final TaskCodec codec;

  /** Creates one. */
  public UserCodec(TaskCodec codec) {
    this.codec = codec;
  }

  /**
   * Returns the value as bytes.
   *
   * @throws IOException if the codec fails, in whatever way; the message names it
   */
  public ByteBuffer encode(@Nullable Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      codec.encode(value, bytes);
    } catch (IOException | RuntimeException e) {
      throw new IOException("the codec " + name() + " failed: " + e, e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /**
   * Returns the value that bytes stand for.
   *
   * @throws IOException if the codec fails
   * @throws ClassNotFoundException if a class is missing here
   */
  public @Nullable Object decode(ByteBuffer bytes, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    return codec.decode(
        new ByteArrayInputStream(
            bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining()),
        loader);
  }

  private String name() {
    return codec.getClass().getTypeName();
  }
}
