package dev.outlive.internal.server;

import dev.outlive.internal.protocol.ErrorCopy;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.service.Caller;
import dev.outlive.internal.service.Ledger;
import dev.outlive.internal.wire.Handshake;
import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.MessageCodec;
import dev.outlive.internal.wire.Wire;
import dev.outlive.managed.ManagerException;
import dev.outlive.spi.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with a thread of its own that carries out the calls which come over it, one at a
 * time: so that a lock of the JDK's knows its holder, and a wait of one caller is nobody else's.
 *
 * <pre>
 *   handshake --> life line: passes cancellations on, until its end is the client's end
 *        |
 *        +------> call --> answer --> (lent? taken or given back) --> call ...
 * </pre>
 */
final class Connection implements Runnable, Caller {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final Duration HANDSHAKE_TIME = Duration.ofSeconds(10);
  private static final int LIFE_LINE = 0;

  private final Server server;
  private final Wire wire;
  private final List<Lock> locks = new ArrayList<>(); // own thread only
  private @Nullable Session session; // own thread only, set once
  private @Nullable Runnable giveBack; // own thread only
  private int number; // set once, before others know this connection
  private volatile boolean isLifeLine;
  private final Object turn = new Object();
  private @Nullable Thread busy; // guarded by turn; the thread while it carries out a call
  private int call; // guarded by turn; the number of the one that is carried out
  private int cancelled; // guarded by turn; the number of one, which may be yet to come
  private long object; // guarded by turn

  Connection(Server server, Wire wire) {
    this.server = server;
    this.wire = wire;
  }

  @Override
  public void run() {
    Caller.enter(this);
    try {
      wire.allow(HANDSHAKE_TIME);
      Handshake.asServer(wire, server.key(), server.welcome(), this::join);
      wire.allow(null);
      wire.limitFrames(server.welcome().maxFrameBytes());
      serve(session());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "a connection has ended", e);
    } finally {
      end();
    }
  }

  /** Before the client is told that it is let in: then nothing it sends can come too early. */
  private void join(Handshake.Guest guest) throws IOException {
    number = guest.line();
    isLifeLine = number == LIFE_LINE;
    Session own = server.session(guest);
    if (!own.join(this)) {
      throw new EOFException("the client is gone");
    }
    session = own;
    server.admitted(this);
  }

  private void serve(Session own) throws IOException {
    if (isLifeLine) {
      passCancellations(own);
    } else {
      answerCalls(own);
    }
  }

  private void passCancellations(Session own) throws IOException {
    Frame frame;
    while ((frame = wire.read()) != null) {
      if (!(MessageCodec.toServer(frame) instanceof Message.Cancel(int line, int called))) {
        throw new ProtocolException("a life line carries cancellations only");
      }
      Connection other = own.line(line);
      if (other != null) {
        other.cancel(called);
      }
    }
  }

  private void answerCalls(Session own) throws IOException {
    Frame frame;
    while ((frame = wire.read()) != null) {
      switch (MessageCodec.toServer(frame)) {
        case Message.Call asked -> {
          giveBack = null;
          answer(own, asked);
        }
        case Message.Taken _ -> giveBack = null;
        case Message.Untaken _ -> takeBack();
        case Message.Cancel _ -> throw new ProtocolException("cancelled over the wrong line");
      }
    }
  }

  private void answer(Session own, Message.Call asked) throws IOException {
    Message.ToClient answer;
    begin(asked);
    try {
      ByteBuffer value = server.calls().carryOut(asked, own);
      answer = new Message.Returned(!locks.isEmpty(), giveBack != null, value);
    } catch (Throwable error) { // the object's own, whatever it is: it belongs to the caller
      answer = threw(own, error);
    } finally {
      finish();
    }
    try {
      wire.write(MessageCodec.encode(answer));
    } catch (ProtocolException tooLarge) {
      wire.write(
          MessageCodec.encode(
              threw(own, new ManagerException("not sent: " + tooLarge.getMessage(), null))));
    }
  }

  private Message.ToClient threw(Session own, Throwable error) {
    takeBack();
    return new Message.Threw(
        !locks.isEmpty(), server.calls().encodeError(error, own), ErrorCopy.encode(error));
  }

  private void begin(Message.Call asked) {
    synchronized (turn) {
      call = asked.number();
      object = asked.object();
      busy = Thread.currentThread();
      boolean _ = Thread.interrupted(); // of a call that has ended meanwhile
      if (cancelled == call) {
        Thread.currentThread().interrupt();
      }
    }
    if (isGone()) {
      Thread.currentThread().interrupt();
    }
  }

  private void finish() {
    synchronized (turn) {
      busy = null;
      boolean _ = Thread.interrupted();
    }
  }

  /** The caller was interrupted. This may overtake the call, which comes over another line. */
  private void cancel(int number) {
    synchronized (turn) {
      cancelled = number;
      if (busy != null && call == number) {
        busy.interrupt();
      }
    }
  }

  /** The client is dead: nobody waits for what is carried out. */
  void abandon() {
    synchronized (turn) {
      if (busy != null) {
        busy.interrupt();
      }
    }
    wire.close();
  }

  /** The manager is being closed: said on life lines, on which nobody else writes. */
  void sayClosing() {
    if (isLifeLine) {
      wire.writeIfPossible(MessageCodec.encode(new Message.Closing()));
    }
  }

  /** A stranger has had his time. */
  void hangUp() {
    wire.close();
  }

  private void end() {
    try {
      takeBack();
    } finally {
      locks.forEach(Lock::unlock);
      wire.close();
      server.ended(this);
      if (session != null && isLifeLine) {
        server.forget(session);
        session.die();
      }
      if (session != null) {
        session.left(this);
      }
    }
  }

  private void takeBack() {
    if (giveBack != null) {
      giveBack.run();
      giveBack = null;
    }
  }

  int number() {
    return number;
  }

  Session session() {
    if (session == null) {
      throw new AssertionError("no call is carried out before a client is known");
    }
    return session;
  }

  @Override
  public Object client() {
    return session().client();
  }

  @Override
  public boolean isGone() {
    return session().isDead();
  }

  @Override
  public boolean isCalling(String manager, long asked) {
    synchronized (turn) {
      return busy != null && object == asked && manager.equals(server.welcome().manager());
    }
  }

  @Override
  public void locked(Lock lock) {
    locks.add(lock);
  }

  @Override
  public void unlocked(Lock lock) {
    locks.remove(locks.lastIndexOf(lock));
  }

  @Override
  public void lend(Runnable takesBack) {
    giveBack = takesBack;
  }

  @Override
  public void tellOfDeath(Ledger ledger) {
    session().note(ledger);
  }
}
