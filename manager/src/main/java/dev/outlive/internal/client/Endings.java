package dev.outlive.internal.client;

import dev.outlive.managed.ManagerException;
import java.io.IOException;

/** The words for why a managed object cannot be reached any more. */
final class Endings {
  private Endings() {}

  static ManagerException closed() {
    return new ManagerException(
        "manager is closed: what it held is gone. Use its objects before close(), also in workers",
        null);
  }

  /** The server has died; what is known of why follows in brackets. */
  static ManagerException died(String obituary, IOException cause) {
    return new ManagerException(
        "the manager's server has died, and what it held is lost"
            + obituary
            + ". Start another manager; let it hold only what can be made again",
        cause);
  }

  /** The server lives, as far as is known, and takes no more connections. */
  static ManagerException unreached(IOException cause) {
    return new ManagerException(
        "the manager cannot be reached, and nothing was sent: "
            + cause
            + ". Too many calls at the same time? Each has a connection",
        cause);
  }

  /** The server lives, and only this connection has ended. */
  static ManagerException broke(IOException cause) {
    return new ManagerException(
        "the connection to the manager broke during a call, which may have been carried out: "
            + cause,
        cause);
  }
}
