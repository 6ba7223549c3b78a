package dev.outlive.internal.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
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
      known = Shape.of(lambda).bytes();
      made = known;
    }
    return known;
  }

  /**
   * What the compiler made of a lambda, all but its captured values.
   *
   * @param capturing the class in whose code it stands
   * @param face the interface that it is, with the method that it answers and its signature
   * @param kind of the method that is its body, as the JDK counts them
   * @param owner that method's class
   * @param instantiated its signature where it stands
   * @param captured how many values it has captured
   */
  public record Shape(
      String capturing,
      String face,
      String faceMethod,
      String faceSignature,
      int kind,
      String owner,
      String method,
      String signature,
      String instantiated,
      int captured) {
    private static Shape of(SerializedLambda lambda) {
      return new Shape(
          lambda.getCapturingClass(),
          lambda.getFunctionalInterfaceClass(),
          lambda.getFunctionalInterfaceMethodName(),
          lambda.getFunctionalInterfaceMethodSignature(),
          lambda.getImplMethodKind(),
          lambda.getImplClass(),
          lambda.getImplMethodName(),
          lambda.getImplMethodSignature(),
          lambda.getInstantiatedMethodType(),
          lambda.getCapturedArgCount());
    }

    private byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeUTF(capturing);
        out.writeUTF(face);
        out.writeUTF(faceMethod);
        out.writeUTF(faceSignature);
        out.writeByte(kind);
        out.writeUTF(owner);
        out.writeUTF(method);
        out.writeUTF(signature);
        out.writeUTF(instantiated);
        out.writeByte(captured);
      }
      return bytes.toByteArray();
    }

    /**
     * Returns what these bytes say.
     *
     * @throws IOException if they are damaged
     */
    public static Shape read(byte[] bytes) throws IOException {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        return new Shape(
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUnsignedByte(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUnsignedByte());
      }
    }

    /** Returns the lambda, as the JDK would read it, of this shape and these values. */
    public SerializedLambda with(Class<?> capturingClass, @Nullable Object[] values) {
      return new SerializedLambda(
          capturingClass,
          face,
          faceMethod,
          faceSignature,
          kind,
          owner,
          method,
          signature,
          instantiated,
          values);
    }
  }

  /** Whether these bytes are a short form of a lambda. */
  public static boolean owns(ByteBuffer bytes) {
    return bytes.hasRemaining() && bytes.get(bytes.position()) == TAG;
  }

  /**
   * Returns the shape's part of a short form.
   *
   * @throws BufferUnderflowException if it is cut off
   * @throws IndexOutOfBoundsException if its length cannot be
   */
  public static ByteBuffer shape(ByteBuffer form) {
    ByteBuffer in = form.slice();
    return in.slice(HEADER_BYTES, in.getShort(1));
  }

  /**
   * Returns the captured values of a short form.
   *
   * @throws StreamCorruptedException if they are not so many, or damaged
   */
  public static @Nullable Object[] values(ByteBuffer form, int shapeBytes, int count)
      throws StreamCorruptedException {
    ByteBuffer in = form.slice().position(HEADER_BYTES + shapeBytes);
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      int length = in.getInt();
      values[i] = PlainValue.decode(in.slice(in.position(), length));
      in.position(in.position() + length);
    }
    if (in.hasRemaining()) {
      throw new StreamCorruptedException("a lambda's short form is too long");
    }
    return values;
  }
}
