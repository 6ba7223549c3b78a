package dev.outlive.internal.protocol;

import dev.outlive.failure.RemoteError;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An exception as plain data: class name, message, frames, causes and suppressed exceptions,
 * without any class of the original being needed to read it. An arrow that would close a ring is
 * left out, and counts are bounded.
 *
 * <pre>
 *   copy      = count (4) node*
 *   node      = class name, message or absent, frames, cause's node or -1, suppressed nodes
 *   frame     = loader, module, module's version (each as far as it is shown), class, method, file,
 *               line (4)
 *   text      = length (4, -1: absent), UTF-8
 * </pre>
 */
public final class ErrorCopy {
  private static final int MOST_NODES = 64;
  private static final int MOST_FRAMES = 1024;
  private static final int LONGEST_TEXT = 64 << 10;

  private ErrorCopy() {}

  /** Returns the exception as plain data. Never throws, whatever the exception's methods do. */
  public static ByteBuffer encode(Throwable error) {
    IdentityHashMap<Throwable, Integer> numbers = new IdentityHashMap<>();
    List<Throwable> nodes = new ArrayList<>();
    number(error, numbers, nodes);
    Output out = new Output();
    for (int i = 0; i < nodes.size(); i++) {
      encode(nodes.get(i), numbers, nodes, out);
    }
    ByteBuffer copy = ByteBuffer.allocate(4 + out.size());
    return copy.putInt(nodes.size()).put(out.toByteArray()).flip();
  }

  private static int number(
      @Nullable Throwable error,
      IdentityHashMap<Throwable, Integer> numbers,
      List<Throwable> nodes) {
    if (error == null) {
      return -1;
    }
    Integer known = numbers.get(error);
    if (known != null) {
      return known;
    }
    if (nodes.size() == MOST_NODES) {
      return -1;
    }
    numbers.put(error, nodes.size());
    nodes.add(error);
    return nodes.size() - 1;
  }

  private static void encode(
      Throwable error,
      IdentityHashMap<Throwable, Integer> numbers,
      List<Throwable> nodes,
      Output out) {
    out.text(error.getClass().getName());
    out.text(guarded(error::getMessage, "(its getMessage() failed)"));
    StackTraceElement[] frames = guarded(error::getStackTrace, new StackTraceElement[0]);
    encodeFrames(frames == null ? new StackTraceElement[0] : frames, out);
    out.number(number(guarded(error::getCause, null), numbers, nodes));
    Throwable[] suppressed = error.getSuppressed();
    out.number(suppressed.length);
    for (Throwable one : suppressed) {
      out.number(number(one, numbers, nodes));
    }
  }

  private static void encodeFrames(StackTraceElement[] frames, Output out) {
    List<StackTraceElement> known =
        Arrays.stream(frames).filter(Objects::nonNull).limit(MOST_FRAMES).toList();
    out.number(known.size());
    for (StackTraceElement frame : known) {
      String shown = frame.toString();
      String loader = frame.getClassLoaderName();
      String version = frame.getModuleVersion();
      out.text(loader != null && shown.startsWith(loader + '/') ? loader : null);
      out.text(frame.getModuleName());
      out.text(version != null && shown.contains('@' + version + '/') ? version : null);
      out.text(frame.getClassName());
      out.text(frame.getMethodName());
      out.text(frame.getFileName());
      out.number(frame.getLineNumber());
    }
  }

  /** These methods are the user's to override: they may throw anything, sneakily even that. */
  private static <T> @Nullable T guarded(Supplier<@Nullable T> call, @Nullable T otherwise) {
    try {
      return call.get();
    } catch (Exception | Error e) {
      return otherwise;
    }
  }

  /**
   * Returns the copy as an exception.
   *
   * @throws ProtocolException if the bytes are not a copy
   */
  public static RemoteError decode(ByteBuffer copy) throws ProtocolException {
    ByteBuffer in = copy.duplicate();
    try {
      int count = bounded(in.getInt(), 1, MOST_NODES);
      List<Node> nodes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        nodes.add(node(in, count));
      }
      if (in.hasRemaining()) {
        throw new ProtocolException(
            "the copy of an exception is " + in.remaining() + " bytes too long");
      }
      new Knot(nodes).tie(0);
      return nodes.getFirst().error();
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("the copy of an exception is too short");
    }
  }

  private record Node(RemoteError error, int cause, List<Integer> suppressed) {}

  private static Node node(ByteBuffer in, int count) throws ProtocolException {
    String className = text(in);
    String message = text(in);
    StackTraceElement[] frames = new StackTraceElement[bounded(in.getInt(), 0, MOST_FRAMES)];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame(in);
    }
    int cause = bounded(in.getInt(), -1, count - 1);
    int many = bounded(in.getInt(), 0, in.remaining() / 4);
    List<Integer> suppressed = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      suppressed.add(bounded(in.getInt(), -1, count - 1));
    }
    return new Node(
        new RemoteError(className == null ? "" : className, message, frames), cause, suppressed);
  }

  private static StackTraceElement frame(ByteBuffer in) throws ProtocolException {
    String loader = text(in);
    String module = text(in);
    String version = text(in);
    String type = text(in);
    String method = text(in);
    String file = text(in);
    return new StackTraceElement(
        loader,
        module,
        version,
        type == null ? "" : type,
        method == null ? "" : method,
        file,
        in.getInt());
  }

  /** Ties the nodes together, depth first: an arrow to a node on the way to it closes a ring. */
  private static final class Knot {
    private final List<Node> nodes;
    private final BitSet tied = new BitSet();
    private final BitSet onTheWay = new BitSet();

    Knot(List<Node> nodes) {
      this.nodes = nodes;
    }

    void tie(int number) {
      if (tied.get(number)) {
        return;
      }
      tied.set(number);
      onTheWay.set(number);
      Node node = nodes.get(number);
      if (mayPoint(node.cause())) {
        tie(node.cause());
        node.error().initCause(nodes.get(node.cause()).error());
      }
      for (int suppressed : node.suppressed()) {
        if (mayPoint(suppressed)) {
          tie(suppressed);
          node.error().addSuppressed(nodes.get(suppressed).error());
        }
      }
      onTheWay.clear(number);
    }

    private boolean mayPoint(int number) {
      return number >= 0 && !onTheWay.get(number);
    }
  }

  private static int bounded(int value, int least, int most) throws ProtocolException {
    if (value < least || value > most) {
      throw new ProtocolException(
          "a number in the copy of an exception must be " + least + ".." + most + ", got " + value);
    }
    return value;
  }

  private static @Nullable String text(ByteBuffer in) throws ProtocolException {
    int length = bounded(in.getInt(), -1, LONGEST_TEXT);
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static final class Output extends java.io.ByteArrayOutputStream {
    void number(int value) {
      writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    }

    void text(@Nullable String text) {
      if (text == null) {
        number(-1);
        return;
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] bounded = bytes.length > LONGEST_TEXT ? Arrays.copyOf(bytes, LONGEST_TEXT) : bytes;
      number(bounded.length);
      writeBytes(bounded);
    }
  }
}
