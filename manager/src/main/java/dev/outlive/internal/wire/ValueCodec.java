package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.CapturePath;
import dev.outlive.internal.protocol.PlainValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes, by the JDK's serialisation. Classes are found by the loader of the task or
 * program that decodes them: its thread's context class loader. Safe for use by many threads.
 */
public final class ValueCodec {
  private static final int USUAL_BYTES = 512;

  private ValueCodec() {}

  /**
   * Returns the value as bytes.
   *
   * @param replacing puts something else in the place of an object on its way; null: nothing
   * @throws NotSerializableException if a part of it is not serialisable; the message names the
   *     path from the value to that part
   * @throws IOException if its own {@code writeObject} fails
   */
  public static ByteBuffer encode(
      @Nullable Object value, @Nullable UnaryOperator<@Nullable Object> replacing)
      throws IOException {
    ByteBuffer plain = PlainValue.encode(value);
    if (plain != null) {
      return plain;
    }
    Bytes bytes = new Bytes();
    try (Output out = new Output(bytes, replacing)) {
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
   * @param filter refuses classes and sizes
   * @throws IOException if the bytes are damaged or refused
   * @throws ClassNotFoundException if a class is missing here
   */
  public static @Nullable Object decode(ByteBuffer bytes, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    if (PlainValue.owns(bytes)) {
      return PlainValue.decode(bytes);
    }
    ByteArrayInputStream in =
        new ByteArrayInputStream(
            bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    try (Input objects = new Input(in)) {
      objects.setObjectInputFilter(filter);
      return objects.readObject();
    }
  }

  private static final class Bytes extends ByteArrayOutputStream {
    Bytes() {
      super(USUAL_BYTES);
    }

    ByteBuffer written() {
      return ByteBuffer.wrap(buf, 0, count);
    }
  }

  private static final class Output extends ObjectOutputStream {
    private final @Nullable UnaryOperator<@Nullable Object> replacing;

    Output(Bytes bytes, @Nullable UnaryOperator<@Nullable Object> replacing) throws IOException {
      super(bytes);
      this.replacing = replacing;
      if (replacing != null) {
        enableReplaceObject(true);
      }
    }

    @Override
    protected @Nullable Object replaceObject(@Nullable Object value) {
      return replacing == null ? value : replacing.apply(value);
    }
  }

  private static final class Input extends ObjectInputStream {
    private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();

    Input(ByteArrayInputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, context);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description); // a primitive's, or one of Outlive itself
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] names)
        throws IOException, ClassNotFoundException {
      Class<?>[] interfaces = new Class<?>[names.length];
      for (int i = 0; i < names.length; i++) {
        interfaces[i] = Class.forName(names[i], false, context);
      }
      return java.lang.reflect.Proxy.newProxyInstance(context, interfaces, (_, _, _) -> null)
          .getClass();
    }
  }
}
