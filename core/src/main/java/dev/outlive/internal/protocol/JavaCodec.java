package dev.outlive.internal.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes by the JDK's serialisation: it alone does lambdas, records, exceptions and {@code
 * java.time} without a flag in the user's JVM. Safe for use by many threads.
 */
public final class JavaCodec {
  private JavaCodec() {}

  /**
   * Returns the value as bytes.
   *
   * @throws NotSerializableException if a part of it is not serialisable; the message names the
   *     path from the value to that part
   * @throws IOException if a class's own {@code writeObject} fails
   */
  public static ByteBuffer encode(@Nullable Object value) throws IOException {
    Buffer bytes = new Buffer();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      NotSerializableException named =
          new NotSerializableException(CapturePath.describe(value, e.getMessage()));
      named.initCause(e);
      throw named;
    }
    return bytes.written();
  }

  /**
   * Returns the value that bytes stand for.
   *
   * @param loader finds the classes
   * @param filter refuses classes and sizes; null: nothing is refused
   * @throws IOException if the bytes are damaged or refused
   * @throws ClassNotFoundException if a class is missing here
   */
  public static @Nullable Object decode(
      ByteBuffer bytes, ClassLoader loader, @Nullable ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    InputStream in =
        new ByteArrayInputStream(
            bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    try (ObjectInputStream objects = new Input(in, loader)) {
      if (filter != null) {
        objects.setObjectInputFilter(filter);
      }
      return objects.readObject();
    }
  }

  /** Hands out what was written without copying it. */
  private static final class Buffer extends ByteArrayOutputStream {
    private static final int USUAL_BYTES = 512;

    Buffer() {
      super(USUAL_BYTES);
    }

    ByteBuffer written() {
      return ByteBuffer.wrap(buf, 0, count);
    }
  }

  private static final class Input extends ObjectInputStream {
    private final ClassLoader loader;

    Input(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
      Class<?> primitive = Class.forPrimitiveName(description.getName());
      return primitive == null ? Class.forName(description.getName(), false, loader) : primitive;
    }
  }
}
