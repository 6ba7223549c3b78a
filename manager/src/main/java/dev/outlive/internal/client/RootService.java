package dev.outlive.internal.client;

import dev.outlive.managed.ResourceOptions;
import dev.outlive.task.Task;
import org.jspecify.annotations.Nullable;

/** What can be asked of a server itself: object 0. */
public interface RootService {
  /** The id of the server's own object. */
  long ID = 0;

  Object list();

  Object map();

  Object set();

  Object queue(int capacity);

  Object lock();

  Object readWriteLock();

  Object semaphore(int permits, boolean bounded);

  Object event();

  Object barrier(int parties);

  Object latch(int counts);

  Object value(@Nullable Object initial);

  Object array(@Nullable Object[] elements);

  Object namespace();

  Object resourcePool(Task<?> factory, ResourceOptions<?> options);

  Object create(Class<?> type, Task<?> factory);

  /** The client has a proxy that did not come from the server; false: there is no such object. */
  boolean hold(long object);

  /** The client sends a reference somewhere else: the object must be there when it arrives. */
  void grant(long object);

  /** The client has dropped a proxy that it was given so many times. */
  void release(long object, int times);

  /** Returns how many objects there are, this one apart. */
  int objects();

  /**
   * Ends the server.
   *
   * @param owner what only the one knows who has started it
   */
  void close(String owner);
}
