package dev.outlive.internal.server;

import dev.outlive.internal.client.Ref;
import dev.outlive.internal.client.RootService;
import dev.outlive.internal.service.ArrayObject;
import dev.outlive.internal.service.BarrierObject;
import dev.outlive.internal.service.Caller;
import dev.outlive.internal.service.EventObject;
import dev.outlive.internal.service.LatchObject;
import dev.outlive.internal.service.ListObject;
import dev.outlive.internal.service.ListService;
import dev.outlive.internal.service.LockObject;
import dev.outlive.internal.service.MapObject;
import dev.outlive.internal.service.MapService;
import dev.outlive.internal.service.NamespaceObject;
import dev.outlive.internal.service.QueueObject;
import dev.outlive.internal.service.QueueService;
import dev.outlive.internal.service.ReadWriteLockObject;
import dev.outlive.internal.service.ResourcePoolObject;
import dev.outlive.internal.service.ResourceService;
import dev.outlive.internal.service.SemaphoreObject;
import dev.outlive.internal.service.SetObject;
import dev.outlive.internal.service.SetService;
import dev.outlive.internal.service.ValueObject;
import dev.outlive.managed.ManagedArray;
import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedEvent;
import dev.outlive.managed.ManagedLatch;
import dev.outlive.managed.ManagedSemaphore;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.ManagerException;
import dev.outlive.managed.Namespace;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.task.Task;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a client can ask of the server itself: new objects, and how long they are needed. */
final class Root implements RootService {
  private final Server server;
  private final String owner;

  Root(Server server, String owner) {
    this.server = server;
    this.owner = owner;
  }

  private Ref add(Object target, Class<?> type) {
    return server.objects().add(target, type);
  }

  @Override
  public Object list() {
    return add(new ListObject(), ListService.class);
  }

  @Override
  public Object map() {
    return add(new MapObject(), MapService.class);
  }

  @Override
  public Object set() {
    return add(new SetObject(), SetService.class);
  }

  @Override
  public Object queue(int capacity) {
    return add(new QueueObject(capacity), QueueService.class);
  }

  @Override
  public Object lock() {
    return add(new LockObject(new ReentrantLock()), Lock.class);
  }

  @Override
  public Object readWriteLock() {
    return add(new ReadWriteLockObject(), ReadWriteLock.class);
  }

  @Override
  public Object semaphore(int permits, boolean bounded) {
    return add(new SemaphoreObject(permits, bounded), ManagedSemaphore.class);
  }

  @Override
  public Object event() {
    return add(new EventObject(), ManagedEvent.class);
  }

  @Override
  public Object barrier(int parties) {
    return add(new BarrierObject(parties), ManagedBarrier.class);
  }

  @Override
  public Object latch(int counts) {
    return add(new LatchObject(counts), ManagedLatch.class);
  }

  @Override
  public Object value(@Nullable Object initial) {
    return add(new ValueObject(initial), ManagedValue.class);
  }

  @Override
  public Object array(@Nullable Object[] elements) {
    return add(new ArrayObject(elements), ManagedArray.class);
  }

  @Override
  public Object namespace() {
    return add(new NamespaceObject(), Namespace.class);
  }

  @Override
  public Object resourcePool(Task<?> factory, ResourceOptions<?> options) {
    return add(new ResourcePoolObject(factory, options), ResourceService.class);
  }

  @Override
  public Object create(Class<?> type, Task<?> factory) {
    Object made;
    try {
      made = factory.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ManagerException(
          "the factory of a managed " + type.getSimpleName() + " failed: " + e, e);
    }
    if (!type.isInstance(made)) {
      throw new ManagerException(
          "the factory has made "
              + (made == null ? "null" : "a " + made.getClass().getName())
              + ", which is no "
              + type.getName(),
          null);
    }
    return add(made, type);
  }

  private static Session session() {
    return ((Connection) Caller.current()).session();
  }

  @Override
  public boolean hold(long object) {
    return session().hold(object);
  }

  @Override
  public void grant(long object) {
    session().grant(object);
  }

  @Override
  public void release(long object, int times) {
    session().release(object, times);
  }

  @Override
  public int objects() {
    return server.objects().size();
  }

  @Override
  public void close(String word) {
    if (!word.equals(owner)) {
      throw new ManagerException("only who has started a manager can close it", null);
    }
    server.close();
  }
}
