package dev.outlive.internal.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The two tasks of the pool whose only worker is a manager's server, in this order. */
public final class ServerTasks {
  private static @Nullable Server server; // task thread only

  private ServerTasks() {}

  /**
   * Listens.
   *
   * @return the port; 0: it is a socket without one
   * @throws IOException if the address cannot be listened at
   */
  public static int open(ServerSettings settings) throws IOException {
    server = new Server(settings);
    return server.address() instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** Lets clients in until the manager is closed. */
  public static void serve() {
    if (server == null) {
      throw new IllegalStateException("open() comes first, in the same worker");
    }
    server.serve();
  }
}
