package dev.outlive.internal.client;

import dev.outlive.internal.wire.AccessException;
import dev.outlive.internal.wire.Door;
import dev.outlive.internal.wire.Handshake;
import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.MessageCodec;
import dev.outlive.internal.wire.Wire;
import dev.outlive.spi.Frame;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one client: the life line, which carries no call and whose end tells either
 * side that the other is gone, and one for each call that is under way. A thread that holds a lock
 * stays on its connection, since that connection's thread in the server has the lock.
 */
final class Lines implements AutoCloseable {
  private static final int MOST_IDLE = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LONGEST_PAUSE_NANOS = 20_000_000;
  private static final Duration DEATH_IS_SEEN_WITHIN = Duration.ofMillis(300);

  /** What has become of the server. */
  enum Fate {
    ALIVE,
    CLOSED,
    DIED
  }

  private final Door door;
  private final String client;
  private final Handshake.Welcome welcome;
  private final Wire lifeLine;
  private final AtomicInteger numbers = new AtomicInteger();

  @SuppressWarnings("ThreadLocalUsage") // each manager has its own
  private final ThreadLocal<@Nullable Line> pinned = new ThreadLocal<>();

  private final ArrayDeque<Line> idle = new ArrayDeque<>(); // guarded by this
  private final Set<Line> open = new HashSet<>(); // guarded by this
  private boolean closed; // guarded by this
  private Fate fate = Fate.ALIVE; // guarded by lifeLine

  /**
   * Connects for the first time.
   *
   * @param client what all connections are to have in common
   */
  Lines(Door door, String client) throws IOException {
    this.door = door;
    this.client = client;
    this.lifeLine = Wire.connect(door.address());
    this.welcome = greet(lifeLine, 0);
  }

  private Handshake.Welcome greet(Wire wire, int number) throws IOException {
    try {
      wire.allow(PATIENCE);
      Handshake.Welcome answer =
          Handshake.asClient(wire, new Handshake.Guest(client, number), door.key());
      wire.allow(null);
      wire.limitFrames(answer.maxFrameBytes());
      return answer;
    } catch (IOException | RuntimeException | Error e) {
      wire.close();
      throw e;
    }
  }

  Handshake.Welcome welcome() {
    return welcome;
  }

  /** Returns the connection for this thread's next call. */
  Line take() throws IOException {
    Line own = pinned.get();
    if (own != null) {
      return own;
    }
    synchronized (this) {
      Line free = idle.pollLast();
      if (free != null) {
        return free;
      }
    }
    Line made = open();
    synchronized (this) {
      if (closed) {
        made.close();
        throw new ClosedChannelException();
      }
      open.add(made);
    }
    return made;
  }

  /** A server that many want to reach at the same time may let some of them in only later. */
  private Line open() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      int number = numbers.incrementAndGet();
      try {
        Wire wire = Wire.connect(door.address());
        Handshake.Welcome _ = greet(wire, number);
        return new Line(number, wire);
      } catch (AccessException e) {
        throw e;
      } catch (IOException e) {
        if (System.nanoTime() > end || fateWithin(Duration.ofMillis(1)) != Fate.ALIVE) {
          throw e;
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
      }
    }
  }

  /** Takes a connection back after a call. */
  void giveBack(Line line, boolean pin) {
    if (pin) {
      pinned.set(line);
      return;
    }
    pinned.remove();
    synchronized (this) {
      if (open.contains(line) && idle.size() < MOST_IDLE) {
        idle.addLast(line);
        return;
      }
    }
    drop(line);
  }

  /** Ends a connection that cannot be used any more. */
  void drop(Line line) {
    pinned.remove();
    synchronized (this) {
      open.remove(line);
    }
    line.close();
  }

  /** Has a call of another connection end, if it can. */
  void cancel(int line, int call) {
    synchronized (lifeLine) {
      try {
        lifeLine.write(MessageCodec.encode(new Message.Cancel(line, call)));
      } catch (IOException e) {
        // the call meets the same end
      }
    }
  }

  /** Finds out what has become of the server, after a connection has ended. */
  Fate fate() {
    return fateWithin(DEATH_IS_SEEN_WITHIN);
  }

  private Fate fateWithin(Duration patience) {
    synchronized (lifeLine) {
      if (fate != Fate.ALIVE) {
        return fate;
      }
      try {
        lifeLine.allow(patience);
        Frame frame = lifeLine.read();
        boolean closing = frame != null && MessageCodec.toClient(frame) instanceof Message.Closing;
        fate = closing ? Fate.CLOSED : Fate.DIED;
      } catch (SocketTimeoutException e) {
        return Fate.ALIVE;
      } catch (IOException e) {
        fate = Fate.DIED;
      } finally {
        lifeLine.allow(null);
      }
      return fate;
    }
  }

  @Override
  public void close() {
    lifeLine.close();
    synchronized (this) {
      closed = true;
      open.forEach(Line::close);
      open.clear();
      idle.clear();
    }
  }
}
