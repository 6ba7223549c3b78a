package dev.outlive.internal.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
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
 * The short form of a lambda or method reference whose captured values are numbers, texts and the
 * like: what the compiler made of it, which is the same each time, and the values in their own
 * short forms.
 *
 * <pre>
 *   | 48 | length (2) | what the compiler made of it |  for each value: length (4), value |
 * </pre>
 *
 * <p>For code that a pool sends to its workers, and never the other way: whoever reads it runs it.
 * Only where a worker finds the class by itself, and its module lets us look.
 */
public final class LambdaCode {
  private static final byte TAG = 48;
  private static final int HEADER_BYTES = 1 + Short.BYTES;

  private static final ClassValue<LambdaCode> KNOWN =
      new ClassValue<>() {
        @Override
        protected LambdaCode computeValue(Class<?> type) {
          return new LambdaCode(type);
        }
      };

  private final @Nullable Method replace;
  private volatile byte @Nullable [] made;

  private LambdaCode(Class<?> type) {
    Method found = null;
    try {
      found = type.getDeclaredMethod("writeReplace");
    } catch (ReflectiveOperationException e) {
      // no lambda, or one that is not serialisable
    }
    this.replace = found != null && found.trySetAccessible() ? found : null;
  }

  /** Returns what a lambda is made of; null for what is none, or does not tell. */
  static @Nullable SerializedLambda of(Object value) {
    if (!value.getClass().isHidden()) {
      return null;
    }
    Method replace = KNOWN.get(value.getClass()).replace;
    try {
      return replace != null && replace.invoke(value) instanceof SerializedLambda lambda
          ? lambda
          : null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Returns the short form; null if it has none.
   *
   * @throws IOException if the class of a lambda cannot travel
   */
  public static @Nullable ByteBuffer encode(Object value, Loaders loaders) throws IOException {
    Class<?> type = value.getClass();
    SerializedLambda lambda = of(value);
    if (lambda == null || loaders.number(type.getNestHost()) != Loaders.COMMON) {
      return null;
    }
    ByteBuffer[] captured = new ByteBuffer[lambda.getCapturedArgCount()];
    int length = 0;
    for (int i = 0; i < captured.length; i++) {
      ByteBuffer plain = PlainValue.encodeElement(lambda.getCapturedArg(i));
      if (plain == null) {
        return null;
      }
      captured[i] = plain;
      length = Math.addExact(length, Integer.BYTES + plain.remaining());
    }
    byte[] shape = KNOWN.get(type).made(lambda);
    if (shape.length > Short.MAX_VALUE) {
      return null;
    }
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + shape.length + length);
    out.put(TAG).putShort((short) shape.length).put(shape);
    for (ByteBuffer one : captured) {
      out.putInt(one.remaining()).put(one);
    }
    return out.flip();
  }

  private byte[] made(SerializedLambda lambda) throws IOException {
    byte[] known = made;
    if (known == null) {
      known = shape(lambda);
      made = known;
    }
    return known;
  }

  private static byte[] shape(SerializedLambda lambda) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(lambda.getCapturingClass());
      out.writeUTF(lambda.getFunctionalInterfaceClass());
      out.writeUTF(lambda.getFunctionalInterfaceMethodName());
      out.writeUTF(lambda.getFunctionalInterfaceMethodSignature());
      out.writeByte(lambda.getImplMethodKind());
      out.writeUTF(lambda.getImplClass());
      out.writeUTF(lambda.getImplMethodName());
      out.writeUTF(lambda.getImplMethodSignature());
      out.writeUTF(lambda.getInstantiatedMethodType());
      out.writeByte(lambda.getCapturedArgCount());
    }
    return bytes.toByteArray();
  }

  /** Makes lambdas of their short forms, and remembers how. Confined to one thread. */
  public static final class Reader {
    private static final int MOST_KNOWN = 1_024;

    private final Loaders loaders;
    private final Map<ByteBuffer, Maker> known = new HashMap<>();

    /** Creates one that finds classes by these loaders. */
    public Reader(Loaders loaders) {
      this.loaders = loaders;
    }

    /** Whether these bytes are a short form of a lambda. */
    public boolean owns(ByteBuffer bytes) {
      return bytes.hasRemaining() && bytes.get(bytes.position()) == TAG;
    }

    /**
     * Returns the lambda.
     *
     * @throws IOException if the bytes are damaged
     * @throws ClassNotFoundException if its class is missing here
     */
    public Object read(ByteBuffer bytes) throws IOException, ClassNotFoundException {
      try {
        ByteBuffer in = bytes.slice().position(1);
        int length = in.getShort();
        ByteBuffer shape = in.slice(in.position(), length);
        in.position(in.position() + length);
        Maker maker = known.get(shape);
        if (maker == null) {
          maker = new Maker(shape, loaders);
          if (known.size() == MOST_KNOWN) {
            known.clear();
          }
          known.put(maker.shape, maker);
        }
        Object made = maker.make(in);
        if (in.hasRemaining()) {
          throw new StreamCorruptedException("a lambda's short form is too long");
        }
        return made;
      } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new StreamCorruptedException("a lambda's short form is damaged: " + e);
      }
    }
  }

  /** Makes lambdas that differ in nothing but their captured values. */
  private static final class Maker {
    /** What it is known by: a copy, since the frame that brought it holds the values too. */
    final ByteBuffer shape;

    private final Class<?> capturing;
    private final String face;
    private final String faceMethod;
    private final String faceSignature;
    private final int kind;
    private final String owner;
    private final String method;
    private final String signature;
    private final String instantiated;
    private final int captured;
    private final @Nullable Method deserialize;

    Maker(ByteBuffer from, Loaders loaders) throws IOException, ClassNotFoundException {
      byte[] bytes = new byte[from.remaining()];
      from.duplicate().get(bytes);
      shape = ByteBuffer.wrap(bytes);
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        capturing = loaders.find(Loaders.COMMON, in.readUTF().replace('/', '.'));
        face = in.readUTF();
        faceMethod = in.readUTF();
        faceSignature = in.readUTF();
        kind = in.readUnsignedByte();
        owner = in.readUTF();
        method = in.readUTF();
        signature = in.readUTF();
        instantiated = in.readUTF();
        captured = in.readUnsignedByte();
      }
      deserialize = deserialize(capturing);
    }

    /** The compiler's own; null where the class's module does not let us call it. */
    private static @Nullable Method deserialize(Class<?> capturing) throws IOException {
      try {
        Method found = capturing.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
        return found.trySetAccessible() ? found : null;
      } catch (NoSuchMethodException e) {
        throw new IOException(capturing.getName() + " here has no serialisable lambda", e);
      }
    }

    Object make(ByteBuffer in) throws IOException, ClassNotFoundException {
      @Nullable Object[] values = new Object[captured];
      for (int i = 0; i < captured; i++) {
        int length = in.getInt();
        values[i] = PlainValue.decode(in.slice(in.position(), length));
        in.position(in.position() + length);
      }
      SerializedLambda lambda =
          new SerializedLambda(
              capturing,
              face,
              faceMethod,
              faceSignature,
              kind,
              owner,
              method,
              signature,
              instantiated,
              values);
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
      Object made =
          JavaCodec.decode(
              ByteBuffer.wrap(bytes.toByteArray()), ClassLoader.getSystemClassLoader(), null);
      if (made == null) {
        throw new StreamCorruptedException("a lambda was made that is null");
      }
      return made;
    }
  }
}
