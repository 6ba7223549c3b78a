package dev.outlive.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How the inputs of runs and the results of tasks become bytes and back, where the JDK's
 * serialisation is not wanted: for types that are not serialisable, or for speed.
 *
 * <p>Code always travels by the JDK's serialisation, since it alone does lambdas: tasks, functions
 * with what they capture, initializers, exceptions, and the codec itself, which is copied into each
 * worker. The filter for results of the JDK's serialisation does not look at what a codec decodes:
 * a codec that makes objects of any class a worker names is an open door.
 *
 * <p>Used by many threads at a time. {@code TaskCodecKit} in the testkit has this contract as
 * tests.
 */
public interface TaskCodec extends Serializable {
  /**
   * Writes a value. Called on the thread that submits, or on the task's in a worker.
   *
   * @param out the caller's, who closes it
   * @throws IOException if the value cannot be written; the message reaches the user
   */
  void encode(@Nullable Object value, OutputStream out) throws IOException;

  /**
   * Returns the value that the bytes stand for. Called on the task's thread in a worker, or on a
   * thread of the pool, with a limit.
   *
   * @param in the bytes of one value, to its end
   * @param loader finds the classes of the task
   * @throws IOException if the bytes are damaged
   * @throws ClassNotFoundException if a class is missing here
   */
  @Nullable Object decode(InputStream in, ClassLoader loader)
      throws IOException, ClassNotFoundException;
}
