package dev.outlive.manager;

import dev.outlive.task.Bytes;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Manager}. Every one has a default; a value out of range is refused at
 * once, with the value and the range. Confined to one thread.
 */
public final class ManagerBuilder {
  private static final int SHORTEST_KEY = 16;
  private static final int LONGEST_KEY = 1_024;
  private static final long LARGEST_MESSAGE = Integer.MAX_VALUE - (64L << 20);
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private String name = "manager";
  private @Nullable SocketAddress address;
  private byte @Nullable [] key;
  private @Nullable Boolean functions;
  private final List<String> types = new ArrayList<>();
  private Bytes maxMessage = Bytes.ofMebibytes(256);
  private @Nullable Bytes maxHeap;
  private String[] jvmArgs = {};

  ManagerBuilder() {}

  /**
   * Sets the name that is shown in {@code ps}, logs and messages. Default: {@code "manager"}.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public ManagerBuilder name(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("name must not be blank, name=\"" + value + "\"");
    }
    name = value;
    return this;
  }

  /**
   * Has the server listen at an address that other programs can reach, and let in whoever proves
   * that he knows the key. Default: a Unix socket that only processes of the same user can reach.
   *
   * <p>Nothing is encrypted on the way: across machines, use a network that you trust, or a tunnel.
   *
   * @param where an address of this machine; port 0: any that is free
   * @param secret 16..1,024 bytes, better random than chosen
   * @throws IllegalArgumentException if the key is too short or too long
   */
  public ManagerBuilder address(SocketAddress where, byte[] secret) {
    key = checked(secret);
    address = Objects.requireNonNull(where, "address");
    return this;
  }

  static byte[] checked(byte[] secret) {
    if (secret.length < SHORTEST_KEY || secret.length > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "key must have " + SHORTEST_KEY + ".." + LONGEST_KEY + " bytes, bytes=" + secret.length);
    }
    return secret.clone();
  }

  /**
   * Sets whether clients may send functions that the server runs, factories among them, and with
   * them objects of every class. Who may send functions may run any code there. Default: true, but
   * false where {@link #address} is set.
   */
  public ManagerBuilder allowFunctions(boolean allowed) {
    functions = allowed;
    return this;
  }

  /**
   * Allows objects of more classes than the values and collections of the JDK where functions, and
   * with them every class, are not allowed.
   *
   * @param patterns in the syntax of {@link java.io.ObjectInputFilter.Config}: {@code
   *     com.acme.Order}, {@code com.acme.**}
   */
  public ManagerBuilder allowTypes(String... patterns) {
    types.addAll(List.of(patterns));
    return this;
  }

  /**
   * Sets the most bytes that a call's arguments, or what it returns, may have encoded. Default: 256
   * MiB.
   *
   * @param size 64 KiB to 1.9 GiB
   * @throws IllegalArgumentException if it is out of range
   */
  public ManagerBuilder maxMessageBytes(Bytes size) {
    if (size.count() < 64 << 10 || size.count() > LARGEST_MESSAGE) {
      throw new IllegalArgumentException(
          "maxMessageBytes must be 65536.." + LARGEST_MESSAGE + ", bytes=" + size.count());
    }
    maxMessage = size;
    return this;
  }

  /** Sets the server's largest heap, its {@code -Xmx}. Default: what its JVM chooses. */
  public ManagerBuilder maxHeap(Bytes size) {
    maxHeap = Objects.requireNonNull(size, "size");
    return this;
  }

  /** Adds options to the server's JVM. */
  public ManagerBuilder jvmArgs(String... options) {
    jvmArgs = options.clone();
    return this;
  }

  /**
   * Starts the server, and returns when it listens: about as long as a worker of a pool takes.
   *
   * @throws dev.outlive.managed.ManagerException if it does not start; the message says why
   */
  public Manager start() {
    return start(CALLERS.getCallerClass());
  }

  Manager start(Class<?> witness) {
    return Manager.start(this, witness);
  }

  String name() {
    return name;
  }

  Optional<SocketAddress> address() {
    return Optional.ofNullable(address);
  }

  byte @Nullable [] key() {
    return key;
  }

  boolean functions() {
    return functions == null ? address == null : functions;
  }

  List<String> types() {
    return List.copyOf(types);
  }

  Bytes maxMessage() {
    return maxMessage;
  }

  Optional<Bytes> maxHeap() {
    return Optional.ofNullable(maxHeap);
  }

  String[] jvmArgs() {
    return jvmArgs.clone();
  }
}
