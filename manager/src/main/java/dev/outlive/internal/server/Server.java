package dev.outlive.internal.server;

import dev.outlive.internal.wire.Filters;
import dev.outlive.internal.wire.Handshake;
import dev.outlive.internal.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The server of a manager: listens, lets clients in, and keeps the objects. Each connection has a
 * thread of its own. Safe for use by many threads.
 */
public final class Server {
  private static final Logger LOG = System.getLogger(Server.class.getName());

  /** Beyond this a connection is closed at once. */
  private static final int MOST_CONNECTIONS = 4_096;

  /**
   * Beyond this, where strangers can come, the one that has been silent for longest goes: a flood
   * costs no more than that, and a client that meets this tries again.
   */
  private static final int MOST_STRANGERS = 128;

  private static final int BACKLOG = 1_024;

  private final ServerSettings settings;
  private final ObjectTable objects;
  private final Calls calls;
  private final ServerSocketChannel listener;
  private final ClassLoader loader;
  private final ScheduledThreadPoolExecutor timer;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Connection> connections = new HashSet<>(); // guarded by itself
  private final Set<Connection> strangers = new LinkedHashSet<>(); // guarded by connections
  private final Map<String, Session> sessions = new HashMap<>(); // guarded by connections

  /**
   * Listens; nobody is let in before {@link #serve}.
   *
   * @throws IOException if the address cannot be listened at
   */
  public Server(ServerSettings settings) throws IOException {
    this.settings = settings;
    this.objects = new ObjectTable(settings.manager());
    this.calls =
        new Calls(
            settings.manager(),
            objects,
            new Root(this, settings.owner()),
            new Filters(settings.functions(), settings.patterns()));
    ClassLoader own = settings.witness().getClassLoader();
    this.loader = own == null ? ClassLoader.getSystemClassLoader() : own;
    this.listener =
        settings.address() instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    listener.bind(settings.address(), BACKLOG);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("outlive-manager-timer").factory());
  }

  /** Returns where it listens. */
  public SocketAddress address() throws IOException {
    return listener.getLocalAddress();
  }

  /** Lets clients in until it is closed. */
  public void serve() {
    Thread accepts =
        Thread.ofPlatform().daemon().name("outlive-manager-accept").start(this::accept);
    try {
      closed.await();
    } catch (InterruptedException e) {
      close();
    }
    timer.shutdownNow();
    accepts.interrupt();
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        letIn(listener.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // no descriptor or no thread is left: those that end make room
        LOG.log(Level.WARNING, "a connection to the manager was not let in: " + e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      boolean _ = closed.await(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void letIn(SocketChannel channel) throws IOException {
    makeRoomForStranger();
    Wire wire = Wire.over(channel);
    Connection connection = new Connection(this, wire);
    synchronized (connections) {
      if (connections.size() >= MOST_CONNECTIONS || closed.getCount() == 0) {
        wire.close();
        return;
      }
      connections.add(connection);
      strangers.add(connection);
    }
    try {
      Thread thread =
          Thread.ofPlatform()
              .daemon()
              .name("outlive-manager-" + numbers.incrementAndGet())
              .unstarted(connection);
      thread.setContextClassLoader(loader);
      thread.start();
    } catch (RuntimeException | Error e) {
      wire.close();
      ended(connection);
      throw e;
    }
  }

  private void makeRoomForStranger() {
    Connection oldest = null;
    synchronized (connections) {
      if (settings.key() != null && strangers.size() >= MOST_STRANGERS) {
        oldest = strangers.iterator().next();
        strangers.remove(oldest);
        connections.remove(oldest);
      }
    }
    if (oldest != null) {
      oldest.hangUp();
    }
  }

  /** A connection has shown whose it is. */
  void admitted(Connection connection) {
    synchronized (connections) {
      strangers.remove(connection);
    }
  }

  void ended(Connection connection) {
    synchronized (connections) {
      strangers.remove(connection);
      connections.remove(connection);
    }
  }

  /** Returns the client that a connection belongs to: its life line comes first. */
  Session session(Handshake.Guest guest) throws IOException {
    synchronized (connections) {
      Session known = sessions.get(guest.client());
      boolean lifeLine = guest.line() == 0;
      if ((known == null) != lifeLine) {
        throw new EOFException(
            lifeLine ? "the client has a life line already" : "the client's life line has ended");
      }
      if (known != null) {
        return known;
      }
      Session made = new Session(guest.client(), this);
      sessions.put(guest.client(), made);
      return made;
    }
  }

  void forget(Session session) {
    synchronized (connections) {
      boolean _ = sessions.remove(session.client(), session);
    }
  }

  /** Does something after a while, unless the server is closed before. */
  void later(Runnable action, long delay, TimeUnit unit) {
    if (!timer.isShutdown()) {
      var _ = timer.schedule(action, delay, unit);
    }
  }

  /** Tells all clients that there will be no more answers, and lets nobody in. */
  void close() {
    List<Connection> open;
    synchronized (connections) {
      closed.countDown();
      open = List.copyOf(connections);
    }
    try {
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the listener is closed all the same", e);
    }
    open.forEach(Connection::sayClosing);
  }

  ObjectTable objects() {
    return objects;
  }

  Calls calls() {
    return calls;
  }

  byte @Nullable [] key() {
    return settings.key();
  }

  Handshake.Welcome welcome() {
    return new Handshake.Welcome(
        settings.manager(), settings.maxMessageBytes(), settings.functions());
  }
}
