package dev.outlive.internal.client;

import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;

/**
 * A proxy on its way: the ids of the manager and of the object, and what it is. Where the manager
 * is, and the key to it, are not in it.
 *
 * @param manager the manager's id
 * @param object the object's id in its server
 * @param interfaces what the object can be called by
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two
public record Ref(String manager, long object, Class<?>[] interfaces) implements Serializable {

  @Serial
  private Object readResolve() throws InvalidObjectException {
    return Clients.find(manager).adopt(this);
  }
}
