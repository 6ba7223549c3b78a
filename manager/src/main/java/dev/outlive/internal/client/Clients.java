package dev.outlive.internal.client;

import dev.outlive.internal.local.RunDirectory;
import dev.outlive.internal.wire.Door;
import dev.outlive.internal.wire.ValueCodec;
import dev.outlive.managed.ManagerException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The managers that this process knows: those that it has started or joined, and those whose door
 * its program has. A reference to any other is an error, never a connection.
 */
public final class Clients {
  private static final Map<String, Client> KNOWN = new HashMap<>(); // guarded by itself

  private Clients() {}

  /** Makes a manager known. */
  public static void add(Client client) {
    synchronized (KNOWN) {
      KNOWN.put(client.manager(), client);
    }
  }

  /** Forgets a manager. */
  public static void remove(Client client) {
    synchronized (KNOWN) {
      boolean _ = KNOWN.remove(client.manager(), client);
    }
  }

  /**
   * Returns a value as bytes for the processes of a manager, in its server.
   *
   * @param replacing puts something else in the place of an object on its way
   */
  public static ByteBuffer encode(
      String manager, @Nullable Object value, UnaryOperator<@Nullable Object> replacing)
      throws IOException {
    Client known;
    synchronized (KNOWN) {
      known = KNOWN.get(manager);
    }
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
    synchronized (KNOWN) {
      Client known = KNOWN.get(manager);
      if (known != null) {
        return known;
      }
      if (!manager.matches("[0-9a-f]{1,64}")) {
        throw new InvalidObjectException("no manager has the id \"" + manager + "\"");
      }
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
      try {
        Client joined = Client.join(door);
        KNOWN.put(manager, joined);
        return joined;
      } catch (ManagerException e) {
        InvalidObjectException failed = new InvalidObjectException(e.getMessage());
        failed.initCause(e);
        throw failed;
      }
    }
  }
}
