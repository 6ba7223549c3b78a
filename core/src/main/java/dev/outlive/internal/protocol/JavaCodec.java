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
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes by the JDK's serialisation: it alone does lambdas, records, exceptions and {@code
 * java.time} without a flag in the user's JVM. The plainest types have a form of their own, see
 * {@link PlainValue}. Safe for use by many threads.
 */
public final class JavaCodec {
  private static final Loaders APPLICATION = Loaders.only(ClassLoader.getSystemClassLoader());

  private JavaCodec() {}

  /** Returns the value as bytes that name no loader. */
  public static ByteBuffer encode(@Nullable Object value) throws IOException {
    return encode(value, APPLICATION);
  }

  /**
   * A value as bytes, and what decoding them will do.
   *
   * @param bytes the value
   * @param runsCode whether decoding calls methods of classes that are not the JDK's
   */
  public record Encoded(ByteBuffer bytes, boolean runsCode) {}

  /**
   * Returns the value as bytes.
   *
   * @param loaders gives the numbers of the classes' loaders
   * @throws NotSerializableException if a part of it is not serialisable; the message names the
   *     path from the value to that part
   * @throws IOException if a class cannot travel, or its own {@code writeObject} fails
   */
  public static ByteBuffer encode(@Nullable Object value, Loaders loaders) throws IOException {
    ByteBuffer plain = PlainValue.encode(value);
    return plain == null ? write(value, loaders).bytes.written() : plain;
  }

  /** As {@link #encode(Object, Loaders)}, and says what decoding will do. */
  public static Encoded encodeKnowing(@Nullable Object value, Loaders loaders) throws IOException {
    ByteBuffer plain = PlainValue.encode(value);
    if (plain != null) {
      return new Encoded(plain, false);
    }
    Output written = write(value, loaders);
    return new Encoded(written.bytes.written(), written.runsCode);
  }

  /**
   * As {@link #encode(Object, Loaders)}, for what a task is to get, which is a copy.
   *
   * @throws SharedStateException if a part of it exists to be shared; the message names the path to
   *     it and the cure
   */
  public static ByteBuffer encodeUnshared(Object value, Loaders loaders) throws IOException {
    ByteBuffer plain = PlainValue.encode(value);
    if (plain != null) {
      return plain;
    }
    Output written = write(value, loaders);
    if (written.shared) {
      refuseShared(value);
    }
    return written.bytes.written();
  }

  private static Output write(@Nullable Object value, Loaders loaders) throws IOException {
    try (Output out = new Output(new Buffer(), loaders)) {
      out.writeObject(value);
      return out;
    } catch (NotSerializableException e) {
      NotSerializableException named =
          new NotSerializableException(CapturePath.describe(value, e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  /** A class was met that is to be shared: an instance of it, or only its name? */
  private static void refuseShared(Object value) throws IOException {
    String described = CapturePath.describeShared(value);
    if (described == null) {
      Search search = new Search();
      search.writeObject(value);
      described = search.found;
    }
    if (described != null) {
      throw new SharedStateException(described + ". " + SharedState.CURE);
    }
  }

  /** Returns the value that bytes stand for, all its classes found by one loader. */
  public static @Nullable Object decode(
      ByteBuffer bytes, ClassLoader loader, @Nullable ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    return decode(bytes, Loaders.only(loader), filter);
  }

  /**
   * Returns the value that bytes stand for.
   *
   * @param loaders finds the classes
   * @param filter refuses classes and sizes; null: nothing is refused
   * @throws IOException if the bytes are damaged or refused
   * @throws ClassNotFoundException if a class is missing here
   */
  public static @Nullable Object decode(
      ByteBuffer bytes, Loaders loaders, @Nullable ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    if (PlainValue.owns(bytes)) {
      return PlainValue.decode(bytes);
    }
    InputStream in =
        new ByteArrayInputStream(
            bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    try (ObjectInputStream objects = new Input(in, loaders)) {
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

  /** Looks at each object on its way, where reflection could not find the one. */
  private static final class Search extends ObjectOutputStream {
    private @Nullable Object before;
    @Nullable String found;

    Search() throws IOException {
      super(OutputStream.nullOutputStream());
      enableReplaceObject(true);
    }

    @Override
    protected @Nullable Object replaceObject(@Nullable Object value) {
      if (value != null && found == null && SharedState.isOne(value)) {
        found =
            "it holds a "
                + value.getClass().getName()
                + (before == null ? "" : ", somewhere behind a " + before.getClass().getTypeName());
      }
      before = value;
      return value;
    }
  }

  /**
   * Writes the number of a class's loader behind its description, seven bits a byte, the lowest
   * first; nothing for {@link Loaders#COMMON}. Notes what is known of each class: it meets it once.
   */
  private static final class Output extends ObjectOutputStream {
    final Buffer bytes;
    boolean shared;
    boolean runsCode;
    private final Loaders loaders;

    Output(Buffer bytes, Loaders loaders) throws IOException {
      super(bytes);
      this.bytes = bytes;
      this.loaders = loaders;
    }

    @Override
    protected void annotateClass(Class<?> type) throws IOException {
      EncodedTypes known = EncodedTypes.of(type);
      shared |= known.shared();
      runsCode |= known.runsCode();
      annotate(loaders.number(type));
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
      annotate(loaders.number(type));
    }

    private void annotate(int number) throws IOException {
      int left = number;
      while (left > 0x7F) {
        write((left & 0x7F) | 0x80);
        left >>>= 7;
      }
      if (number != Loaders.COMMON) {
        write(left);
      }
    }
  }

  private static final class Input extends ObjectInputStream {
    private final Loaders loaders;

    Input(InputStream in, Loaders loaders) throws IOException {
      super(in);
      this.loaders = loaders;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      String name = description.getName();
      int loader = loader();
      Class<?> primitive = Class.forPrimitiveName(name);
      return primitive == null ? loaders.find(loader, name) : primitive;
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces)
        throws IOException, ClassNotFoundException {
      int loader = loader();
      if (loader == Loaders.COMMON) {
        return super.resolveProxyClass(interfaces);
      }
      Class<?>[] types = new Class<?>[interfaces.length];
      for (int i = 0; i < types.length; i++) {
        types[i] = Class.forName(interfaces[i], false, loaders.loader(loader));
      }
      return proxy(loaders.loader(loader), types);
    }

    @SuppressWarnings("deprecation") // ObjectInputStream wants the class, before there is an object
    private static Class<?> proxy(ClassLoader loader, Class<?>[] types)
        throws ClassNotFoundException {
      try {
        return Proxy.getProxyClass(loader, types);
      } catch (IllegalArgumentException e) {
        throw new ClassNotFoundException("no proxy of these interfaces can be made here", e);
      }
    }

    private int loader() throws IOException {
      int number = 0;
      for (int shift = 0; shift < Integer.SIZE; shift += 7) {
        int part = read();
        if (part < 0) {
          return number;
        }
        number |= (part & 0x7F) << shift;
        if (part < 0x80) {
          return number;
        }
      }
      throw new StreamCorruptedException("the number of a class's loader has no end");
    }
  }
}
