package dev.outlive.internal.client;

import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.service.Caller;
import dev.outlive.internal.wire.AccessException;
import dev.outlive.internal.wire.Door;
import dev.outlive.internal.wire.Filters;
import dev.outlive.internal.wire.Message;
import dev.outlive.managed.ManagerException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.lang.ref.Reference;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one process has of one manager. Each call takes a connection of its own for as long as it
 * lasts, so that none waits for another. Safe for use by many threads.
 */
public final class Client implements AutoCloseable {
  /** Room for the number of the object, the name of the method and the lengths of arguments. */
  private static final long ENVELOPE_BYTES = 4 << 10;

  private final Door door;
  private final Lines lines;
  private final Values values;
  private final Held held = new Held(this);
  private final RootService root;
  private final Set<Long> granted = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile Supplier<@Nullable String> obituary = () -> "";

  private Client(Door door) throws IOException {
    this.lines = new Lines(door, identity());
    this.door =
        new Door(
            lines.welcome().manager(), door.address(), door.key(), door.trusted(), door.patterns());
    this.values = new Values(this, new Filters(door.trusted(), door.patterns()));
    this.root = new Far(this, RootService.ID, List.of(RootService.class)).bare(RootService.class);
  }

  /**
   * Connects to a manager.
   *
   * @throws ManagerException if nobody listens there, or one of the two does not know the key
   */
  public static Client join(Door door) {
    try {
      return new Client(door);
    } catch (AccessException e) {
      throw new ManagerException(
          "the manager at " + door.address() + " cannot be joined: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ManagerException(
          "no manager can be reached at "
              + door.address()
              + " ("
              + e
              + "): it is closed, or its server has died",
          e);
    }
  }

  private static String identity() {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return "process " + ProcessHandle.current().pid() + " (" + Door.word(random) + ")";
  }

  /** Returns the id of the manager. */
  public String manager() {
    return door.manager();
  }

  /** Returns where the manager is, for other processes of this program. */
  public Door door() {
    return door;
  }

  /**
   * Sets what is known of why the server died, for the message that it did; null: it did not, but
   * was ended with its program.
   */
  public void obituary(Supplier<@Nullable String> words) {
    obituary = words;
  }

  /** Returns what can be asked of the server itself. */
  public RootService root() {
    return root;
  }

  Object adopt(Ref ref) throws InvalidObjectException {
    return held.adopt(ref, equals(Values.decodedBy()));
  }

  /** Returns what travels for an object: to this server it is held already. */
  Ref refOf(Far far) {
    if (!equals(Values.encodedBy()) && granted.add(far.id())) {
      root.grant(far.id());
    }
    return new Ref(manager(), far.id(), far.interfaces().toArray(Class<?>[]::new));
  }

  /** A proxy was dropped. Where the server is gone nothing is to be done. */
  void release(long object, int times) {
    if (!closed) {
      try {
        root.release(object, times);
      } catch (ManagerException e) {
        // nobody holds anything there any more
      }
    }
  }

  /** Returns whether a function can be run in the server: it travels, and that is allowed. */
  boolean takes(Object function) {
    if (!lines.welcome().functions() || !(function instanceof Serializable)) {
      return false;
    }
    try {
      ByteBuffer _ = values.encode(function, null);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Calls a method of an object in the server. What is called and passed is held meanwhile. */
  @Nullable Object call(Far far, Method method, @Nullable Object[] arguments) throws Throwable {
    try {
      return ask(far, method, arguments);
    } finally {
      Reference.reachabilityFence(far);
      Reference.reachabilityFence(arguments);
    }
  }

  private @Nullable Object ask(Far far, Method method, @Nullable Object[] arguments)
      throws Throwable {
    if (closed) {
      throw Endings.closed();
    }
    refuseRecursion(far);
    Called called = Called.of(method);
    if (called.throwsInterrupted() && Thread.interrupted()) {
      throw new InterruptedException();
    }
    List<ByteBuffer> encoded = encode(method, arguments);
    Line line;
    try {
      line = lines.take();
    } catch (IOException e) {
      throw unreached(e);
    }
    Message.ToClient answer;
    try {
      answer =
          line.call(
              far.id(), called.signature(), encoded, called.throwsInterrupted() ? lines : null);
    } catch (IOException e) {
      throw failed(line, method, e);
    }
    return switch (answer) {
      case Message.Returned returned -> value(line, method, returned);
      case Message.Threw threw -> throw error(line, method, threw);
      case Message.Closing _ -> throw failed(line, method, new EOFException("it is being closed"));
    };
  }

  /** Nothing was sent. */
  private ManagerException unreached(IOException why) {
    ManagerException lost = lost(why);
    return closed || lines.fate() != Lines.Fate.ALIVE ? lost : Endings.unreached(why);
  }

  private ManagerException failed(Line line, Method method, IOException why) {
    lines.drop(line);
    return why instanceof ProtocolException
        ? new ManagerException(shown(method) + ": " + why.getMessage(), why)
        : lost(why);
  }

  /** A function in the server that uses the collection it is run by would wait for itself. */
  private static void refuseRecursion(Far far) {
    Caller caller = Caller.find();
    if (caller != null
        && far.locksWhileItRunsFunctions()
        && caller.isCalling(far.manager(), far.id())) {
      throw new IllegalStateException(
          "Recursive update: a function that runs in the server uses the very collection that runs"
              + " it. Work with the function's arguments only");
    }
  }

  private List<ByteBuffer> encode(Method method, @Nullable Object[] arguments) {
    List<ByteBuffer> encoded = new ArrayList<>(arguments.length);
    long bytes = 0;
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument != null && argument.getClass().isHidden() && !lines.welcome().functions()) {
        throw new ManagerException(
            shown(method)
                + ": this manager runs no functions of its clients. Whoever starts it can allow"
                + " them with allowFunctions(true): whoever may send functions may run code there",
            null);
      }
      try {
        ByteBuffer value = values.encode(argument, null);
        bytes += value.remaining();
        encoded.add(value);
      } catch (IOException e) {
        throw new ManagerException(
            shown(method) + ": argument " + (i + 1) + " cannot travel: " + e.getMessage(), e);
      }
    }
    requireRoom(method, bytes);
    return encoded;
  }

  /** Before the connection is used: a caller that holds a lock over it keeps that. */
  private void requireRoom(Method method, long bytes) {
    long most = lines.welcome().maxFrameBytes() - ENVELOPE_BYTES;
    if (bytes > most) {
      throw new ManagerException(
          String.format(
              Locale.ROOT,
              "%s: a message may have %,d bytes, and these arguments have %,d. Raise"
                  + " maxMessageBytes, or pass less at a time",
              shown(method),
              most,
              bytes),
          null);
    }
  }

  /**
   * Returns a value as bytes for this manager's own processes: the references in it are held by who
   * sends it until they have arrived.
   */
  public ByteBuffer encodeHere(
      @Nullable Object value, @Nullable UnaryOperator<@Nullable Object> replacing)
      throws IOException {
    return values.encode(value, replacing);
  }

  /** Returns what a call has returned. What was lent is ours only once the server knows so. */
  private @Nullable Object value(Line line, Method method, Message.Returned returned) {
    Object value = null;
    Throwable undecodable = null;
    try {
      value = values.decode(returned.value());
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      undecodable = e;
    }
    if (returned.lent()) {
      try {
        line.settle(undecodable == null);
      } catch (IOException e) {
        throw failed(line, method, e);
      }
    }
    lines.giveBack(line, returned.pinned());
    if (undecodable != null) {
      throw new ManagerException(
          "what " + shown(method) + " returned cannot be decoded here: " + undecodable,
          undecodable);
    }
    return value;
  }

  /** Returns what a call has thrown. */
  private Throwable error(Line line, Method method, Message.Threw threw) {
    Throwable error;
    try {
      error = RemoteFailure.of(threw, values::decode, shown(method));
    } catch (IOException e) {
      return failed(line, method, e);
    }
    lines.giveBack(line, threw.pinned());
    if (error instanceof InterruptedException) {
      boolean _ = Thread.interrupted();
    }
    return error;
  }

  private static String shown(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  private ManagerException lost(IOException cause) {
    if (closed) {
      return Endings.closed();
    }
    return switch (lines.fate()) {
      case CLOSED -> {
        hangUp();
        yield Endings.closed();
      }
      case DIED -> {
        hangUp();
        String why = obituary.get();
        yield why == null ? Endings.closed() : Endings.died(why, cause);
      }
      case ALIVE -> Endings.broke(cause);
    };
  }

  /** The server is gone, for whatever reason: gives up the connections, and knows why. */
  void hangUp() {
    Lines.Fate _ = lines.fate();
    lines.close();
  }

  /** Ends all connections: calls under way fail, and what this process holds there is let go of. */
  @Override
  public void close() {
    closed = true;
    lines.close();
  }
}
