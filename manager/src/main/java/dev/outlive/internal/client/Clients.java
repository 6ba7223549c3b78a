package dev.outlive.internal.client;

import dev.outlive.internal.local.RunDirectory;
import dev.outlive.internal.wire.Door;
import dev.outlive.internal.wire.ValueCodec;
import dev.outlive.managed.ManagerException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The managers that this process knows: those that it has started or joined, and those whose door
 * its program has. A reference to any other is an error, never a connection.
 */
public final class Clients {
  private static final ConcurrentHashMap<String, Client> KNOWN = new ConcurrentHashMap<>();

  /** Held while a manager is joined, which may take long: who is known is found meanwhile. */
  private static final ReentrantLock JOINING = new ReentrantLock();

  private Clients() {}

  /** Makes a manager known. */
  public static void add(Client client) {
    KNOWN.put(client.manager(), client);
  }

  /** Forgets a manager. */
  public static void remove(Client client) {
    boolean _ = KNOWN.remove(client.manager(), client);
  }

  /**
   * Returns a value as bytes for the processes of a manager, in its server.
   *
   * @param replacing puts something else in the place of an object on its way
   */
  public static ByteBuffer encode(
      String manager, @Nullable Object value, UnaryOperator<@Nullable Object> replacing)
      throws IOException {
    Client known = KNOWN.get(manager);
    return known == null ? ValueCodec.encode(value, replacing) : known.encodeHere(value, replacing);
  }

  /**
   * Returns the client of a manager, which is joined if that was not done yet.
   *
   * @throws InvalidObjectException if the manager is not known here, or not open any more
   */
  static Client find(String manager) throws InvalidObjectException {
    Client decoding = Values.decodedBy();
    if (decoding != null && decoding.manager().equals(manager)) {
      return decoding;
    }
    Client known = KNOWN.get(manager);
    if (known != null) {
      return known;
    }
    JOINING.lock();
    try {
      known = KNOWN.get(manager);
      return known == null ? join(manager) : known;
    } catch (ManagerException e) {
      InvalidObjectException failed = new InvalidObjectException(e.getMessage());
      failed.initCause(e);
      throw failed;
    } finally {
      JOINING.unlock();
    }
  }

  private static Client join(String manager) throws InvalidObjectException {
    if (!manager.matches("[0-9a-f]{1,64}")) {
      throw new InvalidObjectException("no manager has the id \"" + manager + "\"");
    }
    forgetClosed();
    Door door =
        Door.read(RunDirectory.shared(), manager)
            .orElseThrow(
                () ->
                    new InvalidObjectException(
                        "manager is closed, or unknown here: this program has no manager "
                            + manager
                            + ". Proxies can be used in the program that has started or joined"
                            + " their manager and in its workers; another program joins with"
                            + " Manager.connect(address, key)"));
    Client joined = Client.join(door);
    KNOWN.put(manager, joined);
    return joined;
  }

  /** A worker may see many managers come and go: those whose door is gone are closed. */
  private static void forgetClosed() {
    for (Client client : KNOWN.values()) {
      if (!Files.exists(Door.file(RunDirectory.shared(), client.manager()))) {
        remove(client);
        client.hangUp();
      }
    }
  }
}
