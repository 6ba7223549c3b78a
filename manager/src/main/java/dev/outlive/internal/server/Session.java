package dev.outlive.internal.server;

import dev.outlive.internal.service.Ledger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client: its connections, and what it holds and owes. It ends with its life line; what it had
 * taken is given back then, and once more when the last of its calls has ended. Safe for use by
 * many threads.
 */
final class Session {
  private static final Logger LOG = System.getLogger(Session.class.getName());

  /** How long a reference may be on its way after its sender's end. */
  private static final long ON_ITS_WAY_SECONDS = 60;

  private final String client;
  private final Server server;
  private final Set<Connection> connections = new HashSet<>(); // guarded by this
  private final Set<Ledger> ledgers =
      Collections.newSetFromMap(new WeakHashMap<>()); // guarded by this
  private final Map<Long, Integer> holds = new HashMap<>(); // guarded by this
  private final Set<Long> grants = new HashSet<>(); // guarded by this
  private boolean dead; // guarded by this

  Session(String client, Server server) {
    this.client = client;
    this.server = server;
  }

  /** Returns false if the client is dead already. */
  synchronized boolean join(Connection connection) {
    return !dead && connections.add(connection);
  }

  /** A connection has ended, and its thread carries out nothing more. */
  void left(Connection connection) {
    boolean last;
    synchronized (this) {
      connections.remove(connection);
      last = dead && connections.isEmpty();
    }
    if (last) {
      settle();
    }
  }

  synchronized boolean isDead() {
    return dead;
  }

  synchronized @Nullable Connection line(int number) {
    return connections.stream().filter(line -> line.number() == number).findAny().orElse(null);
  }

  /** The life line has ended. */
  void die() {
    List<Connection> open;
    synchronized (this) {
      dead = true;
      open = List.copyOf(connections);
    }
    open.forEach(Connection::abandon);
    settle();
  }

  private void settle() {
    List<Ledger> owed;
    Map<Long, Integer> held;
    Set<Long> granted;
    synchronized (this) {
      owed = List.copyOf(ledgers);
      held = Map.copyOf(holds);
      holds.clear();
      granted = Set.copyOf(grants);
      grants.clear();
    }
    held.forEach(server.objects()::drop);
    owed.forEach(this::tell);
    if (!granted.isEmpty()) {
      server.later(
          () -> granted.forEach(id -> server.objects().drop(id, 1)),
          ON_ITS_WAY_SECONDS,
          TimeUnit.SECONDS);
    }
  }

  private void tell(Ledger ledger) {
    try {
      ledger.died(client);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "what " + client + " had was not given back", e);
    }
  }

  synchronized void note(Ledger ledger) {
    ledgers.add(ledger);
  }

  /** The client is given a reference; false if there is no such object. */
  boolean hold(long object) {
    synchronized (this) {
      boolean there = server.objects().use(object);
      if (there) {
        Integer _ = holds.merge(object, 1, Integer::sum);
      }
      return there;
    }
  }

  void release(long object, int times) {
    if (times < 1) {
      throw new IllegalArgumentException("times must be 1 or more, times=" + times);
    }
    int had;
    synchronized (this) {
      had = Math.min(times, holds.getOrDefault(object, 0));
      Integer _ = holds.computeIfPresent(object, (_, now) -> now > times ? now - times : null);
    }
    if (had > 0) {
      server.objects().drop(object, had);
    }
  }

  /**
   * The client sends a reference elsewhere: nobody can know for how long it is on its way, so it
   * holds until the client ends.
   */
  synchronized void grant(long object) {
    if (!grants.contains(object) && server.objects().use(object)) {
      grants.add(object);
    }
  }

  String client() {
    return client;
  }
}
