package dev.outlive.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How functions, arguments and results become bytes. The pool's process and its workers must use
 * the same one. Safe for use by many threads.
 */
public interface TaskCodec {
  /**
   * Returns the value as bytes.
   *
   * @throws IOException if it cannot be encoded; a {@link java.io.NotSerializableException}'s
   *     message names the path from the value to what is not serialisable
   */
  ByteBuffer encode(@Nullable Object value) throws IOException;

  /**
   * Returns the value of bytes that {@link #encode} made.
   *
   * @throws IOException if the bytes are damaged or refused
   * @throws ClassNotFoundException if a class is missing here
   */
  @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException;
}
