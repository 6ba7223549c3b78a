package dev.outlive.internal.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes by the JDK's serialisation: it alone does lambdas, records, exceptions and {@code
 * java.time} without a flag in the user's JVM. The plainest types have a form of their own, see
 * {@link PlainValue}. Safe for use by many threads.
 */
public final class JavaCodec {
  private static final ByteBuffer NO_STREAM = ByteBuffer.allocate(0);
  private static final Loaders APPLICATION = Loaders.only(ClassLoader.getSystemClassLoader());

  private JavaCodec() {}

  /** Returns the value as bytes that name no loader. */
  public static ByteBuffer encode(@Nullable Object value) throws IOException {
    return encode(value, APPLICATION);
  }

  /**
   * A value that is to travel, and what decoding it will do.
   *
   * @param parcel the value
   * @param runsCode whether decoding calls methods of classes that are not the JDK's
   */
  public record Encoded(Parcel parcel, boolean runsCode) {}

  /** As {@link #encode(Object, Loaders, SegmentStore)}, all in the bytes. */
  public static ByteBuffer encode(@Nullable Object value, Loaders loaders) throws IOException {
    return encode(value, loaders, SegmentStore.NONE).parcel.bytes();
  }

  /**
   * Returns the value as bytes; large parts of it lie in a segment, if there is room for them.
   *
   * @param loaders gives the numbers of the classes' loaders
   * @throws NotSerializableException if a part of it is not serialisable; the message names the
   *     path from the value to that part
   * @throws IOException if a class cannot travel, or its own {@code writeObject} fails
   */
  public static Encoded encode(@Nullable Object value, Loaders loaders, SegmentStore store)
      throws IOException {
    Parcel plain = plain(value, store);
    if (plain != null) {
      return new Encoded(plain, false);
    }
    Output written = write(value, loaders);
    return new Encoded(written.pack(store), written.runsCode);
  }

  /**
   * As {@link #encode(Object, Loaders, SegmentStore)}, for what a task is to get, which is a copy.
   *
   * @throws SharedStateException if a part of it exists to be shared; the message names the path to
   *     it and the cure
   */
  public static Parcel encodeUnshared(Object value, Loaders loaders, SegmentStore store)
      throws IOException {
    Parcel plain = plain(value, store);
    if (plain != null) {
      return plain;
    }
    Output written = write(value, loaders);
    if (written.shared) {
      refuseShared(value);
    }
    return written.pack(store);
  }

  private static @Nullable Parcel plain(@Nullable Object value, SegmentStore store) {
    Parts array = Parts.ofWhole(value);
    if (array != null) {
      return array.pack(NO_STREAM, store);
    }
    ByteBuffer plain = PlainValue.encode(value);
    if (plain == null) {
      return null;
    }
    Parts large = store.isNone() ? null : Parts.ofWhole(plain);
    return large == null ? Parcel.of(plain) : large.pack(NO_STREAM, store);
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

  /** As {@link #decode(Arrived, Loaders, ObjectInputFilter)}, of what is all in the bytes. */
  public static @Nullable Object decode(
      ByteBuffer bytes, Loaders loaders, @Nullable ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    return decode(Arrived.of(bytes, Segments.NONE), loaders, filter);
  }

  /**
   * Returns a value that has arrived.
   *
   * @param loaders finds the classes
   * @param filter refuses classes and sizes; null: nothing is refused
   * @throws IOException if the bytes are damaged or refused, or this process could not fetch all
   * @throws ClassNotFoundException if a class is missing here
   */
  public static @Nullable Object decode(
      Arrived value, Loaders loaders, @Nullable ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    if (value.lack() != null) {
      throw new IOException("its segment cannot be opened here: " + value.lack(), value.lack());
    }
    ByteBuffer bytes = value.stream();
    if (!value.parts().isEmpty() && !bytes.hasRemaining()) {
      return value.parts().getFirst();
    }
    if (PlainValue.owns(bytes)) {
      return PlainValue.decode(bytes);
    }
    InputStream in =
        new ByteArrayInputStream(
            bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    try (ObjectInputStream objects = new ValueInput(in, loaders, value)) {
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
   * Takes the parts out that travel beside the stream; what is met twice stays one.
   */
  private static final class Output extends ObjectOutputStream {
    boolean shared;
    boolean runsCode;
    private final Buffer bytes;
    private final Parts parts = new Parts();
    private final Loaders loaders;

    Output(Buffer bytes, Loaders loaders) throws IOException {
      super(bytes);
      this.bytes = bytes;
      this.loaders = loaders;
      enableReplaceObject(true);
    }

    @Override
    protected @Nullable Object replaceObject(@Nullable Object object) {
      return object == null ? null : parts.replace(object);
    }

    Parcel pack(SegmentStore store) {
      return parts.isEmpty() ? Parcel.of(bytes.written()) : parts.pack(bytes.written(), store);
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
}
