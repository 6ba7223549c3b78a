package dev.outlive.internal.server;

import java.io.Serializable;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server is told.
 *
 * @param manager the manager's id
 * @param owner what the one who may close it says
 * @param address where to listen
 * @param key what clients have to prove; null: nothing
 * @param functions whether clients may send functions, and with them every class
 * @param patterns which classes may be decoded besides the JDK's values where not all may
 * @param maxMessageBytes the most bytes of a message
 * @param witness a class of the program, whose loader finds the others
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two
public record ServerSettings(
    String manager,
    String owner,
    SocketAddress address,
    byte @Nullable [] key,
    boolean functions,
    List<String> patterns,
    long maxMessageBytes,
    Class<?> witness)
    implements Serializable {

  /** Never shows the key. */
  @Override
  public String toString() {
    return "manager " + manager + " at " + address;
  }
}
