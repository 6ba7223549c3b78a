package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.LambdaCode;
import dev.outlive.internal.protocol.Loaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.StreamCorruptedException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes lambdas of their short forms, see {@link LambdaCode}, and remembers how. Here and not in
 * the pool, since whoever reads code runs it. Confined to one thread.
 */
final class Lambdas {
  private static final int MOST_KNOWN = 1_024;

  private final Loaders loaders;
  private final Map<ByteBuffer, Maker> known = new HashMap<>();

  Lambdas(Loaders loaders) {
    this.loaders = loaders;
  }

  /**
   * Returns the lambda.
   *
   * @throws IOException if the bytes are damaged, or the lambda cannot be made
   * @throws ClassNotFoundException if its class is missing here
   */
  Object read(ByteBuffer form) throws IOException, ClassNotFoundException {
    Maker maker;
    SerializedLambda lambda;
    try {
      ByteBuffer shape = LambdaCode.shape(form);
      maker = maker(shape);
      lambda =
          maker.shape.with(
              maker.capturing, LambdaCode.values(form, shape.remaining(), maker.shape.captured()));
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new StreamCorruptedException("a lambda's short form is damaged: " + e);
    }
    return maker.make(lambda);
  }

  /** Remembers it by a copy: the frame that brought it holds the values too. */
  private Maker maker(ByteBuffer shape) throws IOException, ClassNotFoundException {
    Maker maker = known.get(shape);
    if (maker == null) {
      byte[] copy = new byte[shape.remaining()];
      shape.duplicate().get(copy);
      maker = Maker.of(LambdaCode.Shape.read(copy), loaders);
      if (known.size() == MOST_KNOWN) {
        known.clear();
      }
      known.put(ByteBuffer.wrap(copy), maker);
    }
    return maker;
  }

  /**
   * Makes lambdas that differ in nothing but their captured values.
   *
   * @param deserialize the compiler's own; null where the class's module does not let us call it
   */
  private record Maker(LambdaCode.Shape shape, Class<?> capturing, @Nullable Method deserialize) {
    static Maker of(LambdaCode.Shape shape, Loaders loaders)
        throws IOException, ClassNotFoundException {
      Class<?> capturing = loaders.find(Loaders.COMMON, shape.capturing().replace('/', '.'));
      try {
        Method found = capturing.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
        return new Maker(shape, capturing, found.trySetAccessible() ? found : null);
      } catch (NoSuchMethodException e) {
        throw new IOException(capturing.getName() + " here has no serialisable lambda", e);
      }
    }

    Object make(SerializedLambda lambda) throws IOException, ClassNotFoundException {
      return deserialize == null ? byStream(lambda) : call(deserialize, lambda);
    }

    private static Object call(Method deserialize, SerializedLambda lambda) throws IOException {
      try {
        return deserialize.invoke(null, lambda);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IOException("the lambda cannot be made: " + e.getCause(), e.getCause());
      } catch (IllegalAccessException e) {
        throw new AssertionError("it was made accessible: " + deserialize, e);
      }
    }

    private static Object byStream(SerializedLambda lambda)
        throws IOException, ClassNotFoundException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(lambda);
      }
      ClassLoader application = ClassLoader.getSystemClassLoader();
      Object made = JavaCodec.decode(ByteBuffer.wrap(bytes.toByteArray()), application, null);
      if (made == null) {
        throw new StreamCorruptedException("a lambda was made that is null");
      }
      return made;
    }
  }
}
