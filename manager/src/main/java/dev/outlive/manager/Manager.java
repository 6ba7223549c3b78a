package dev.outlive.manager;

import dev.outlive.internal.client.Client;
import dev.outlive.internal.client.Clients;
import dev.outlive.internal.client.RootService;
import dev.outlive.internal.local.RunDirectory;
import dev.outlive.internal.wire.Door;
import dev.outlive.internal.wire.Views;
import dev.outlive.managed.ManagedArray;
import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedEvent;
import dev.outlive.managed.ManagedLatch;
import dev.outlive.managed.ManagedList;
import dev.outlive.managed.ManagedMap;
import dev.outlive.managed.ManagedSemaphore;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.ManagerException;
import dev.outlive.managed.Namespace;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.managed.ResourcePool;
import dev.outlive.task.Task;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A server process that holds objects for many processes, and what makes them. Each object is used
 * through a proxy that implements the JDK's interface with its full contract; a proxy can be a
 * captured variable, an argument, a result or a field of what travels to and from the tasks of any
 * pool of this program, and is the same object everywhere. Safe for use by many threads.
 *
 * {@snippet file="dev/outlive/snippets/ManagerSnippets.java" region="manager"}
 *
 * <p><b>Values are copies, proxies are references.</b> What is put into a managed object or taken
 * out of it is copied on the way; changing a copy changes nothing until it is put back, with {@code
 * set}, {@code replace} or {@code update}. A proxy put into a managed object stays a reference.
 *
 * <p><b>Death.</b> When a process ends, in whatever way, the locks, permits, places at barriers and
 * resources that it has are given back at once, its waiting calls end, and the element of a queue
 * on its way to it is the first of the queue again. When the server itself dies, every call fails
 * with one {@link ManagerException}, which says why in the program that has started it, and what it
 * held is lost.
 *
 * <p><b>Life.</b> An object is freed when no process holds a proxy of it any more; a process that
 * has sent a proxy elsewhere holds the object until the process ends. After {@link #close} every
 * use fails with "manager is closed".
 *
 * <p>A function that is passed to a proxy ({@code compute}, {@code removeIf}, {@code sort} …) is
 * run in the server if it is {@link java.io.Serializable} and the manager {@link
 * ManagerBuilder#allowFunctions allows} it; else here, again and again until nobody has changed the
 * object meanwhile.
 *
 * <p>A long file, as each kind of object has its meaning and ranges here.
 */
public final class Manager implements AutoCloseable {
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

  private final Client client;
  private final @Nullable ServerProcess server;
  private final String owner;
  private boolean madeDoor;

  private Manager(Client client, @Nullable ServerProcess server, String owner) {
    this.client = client;
    this.server = server;
    this.owner = owner;
    Clients.add(client);
  }

  /**
   * Starts a server that the processes of this program can reach.
   *
   * @throws ManagerException if it does not start; the message says why
   */
  public static Manager start() {
    return start(new ManagerBuilder(), CALLERS.getCallerClass());
  }

  /**
   * Starts a server that other programs can reach too: {@link #connect}. Functions are not allowed
   * there unless the {@link #builder} says so.
   *
   * @param address where to listen; port 0: any that is free, see {@link #address}
   * @param key 16..1,024 bytes; who knows it is let in
   * @throws ManagerException if it does not start; the message says why
   */
  public static Manager start(SocketAddress address, byte[] key) {
    return start(new ManagerBuilder().address(address, key), CALLERS.getCallerClass());
  }

  /** Returns settings to be changed before the manager starts. */
  public static ManagerBuilder builder() {
    return new ManagerBuilder();
  }

  static Manager start(ManagerBuilder settings, Class<?> witness) {
    String owner = UUID.randomUUID().toString();
    ServerProcess server = ServerProcess.start(settings, owner, witness);
    try {
      Client client = Client.join(server.door());
      client.obituary(server::obituary);
      return new Manager(client, server, owner);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Joins a manager that another program has started.
   *
   * @param address where it listens
   * @param key what it was started with
   * @param types which classes may come from there besides the values and collections of the JDK,
   *     as in {@link ManagerBuilder#allowTypes}
   * @throws ManagerException if nobody listens there, or one of the two does not know the key
   */
  public static Manager connect(SocketAddress address, byte[] key, String... types) {
    byte[] secret = ManagerBuilder.checked(key);
    Client client = Client.join(new Door("", address, secret, false, List.of(types)));
    Manager manager = new Manager(client, null, "");
    try {
      manager.madeDoor = client.door().write();
    } catch (IOException e) {
      manager.close();
      throw new ManagerException("workers of this program cannot be told of the manager: " + e, e);
    }
    return manager;
  }

  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // what the server makes is what was asked for
  private <T> T made(Object made) {
    return (T) made;
  }

  private RootService root() {
    return client.root();
  }

  /** Returns a new list, empty. Its elements are copies: see {@link ManagedList}. */
  public <E> ManagedList<E> list() {
    return made(root().list());
  }

  /** Returns a new map, empty, without nulls. Its values are copies: see {@link ManagedMap}. */
  public <K, V> ManagedMap<K, V> map() {
    return made(root().map());
  }

  /** Returns a new set, empty, in the order in which its elements come; null is allowed. */
  public <E> Set<E> set() {
    return made(root().set());
  }

  /** Returns a new queue, empty, without a limit. */
  public <E> BlockingQueue<E> queue() {
    return queue(Integer.MAX_VALUE);
  }

  /**
   * Returns a new queue, empty.
   *
   * @param capacity the most elements, 1 or more
   * @throws IllegalArgumentException if the capacity is below 1
   */
  public <E> BlockingQueue<E> queue(int capacity) {
    return made(root().queue(atLeast(1, "capacity", capacity)));
  }

  /**
   * Returns a new lock, which nobody holds: reentrant, with conditions. Who dies while it holds the
   * lock lets go of it at once; what it guards may then be half changed.
   */
  public Lock lock() {
    return made(root().lock());
  }

  /** Returns a new read-write lock, which nobody holds; reentrant. */
  public ReadWriteLock readWriteLock() {
    return made(root().readWriteLock());
  }

  /**
   * Returns a new semaphore.
   *
   * @param permits 0 or more
   * @throws IllegalArgumentException if they are below 0
   */
  public ManagedSemaphore semaphore(int permits) {
    return made(root().semaphore(atLeast(0, "permits", permits), false));
  }

  /**
   * Returns a new semaphore that refuses more permits than it began with.
   *
   * @param permits 0 or more
   * @throws IllegalArgumentException if they are below 0
   */
  public ManagedSemaphore boundedSemaphore(int permits) {
    return made(root().semaphore(atLeast(0, "permits", permits), true));
  }

  /** Returns a new event, not set. */
  public ManagedEvent event() {
    return made(root().event());
  }

  /**
   * Returns a new barrier.
   *
   * @param parties how many have to come, 1 or more
   * @throws IllegalArgumentException if they are below 1
   */
  public ManagedBarrier barrier(int parties) {
    return made(root().barrier(atLeast(1, "parties", parties)));
  }

  /**
   * Returns a new latch.
   *
   * @param counts 0 or more
   * @throws IllegalArgumentException if they are below 0
   */
  public ManagedLatch latch(int counts) {
    return made(root().latch(atLeast(0, "counts", counts)));
  }

  /** Returns a new value. What it holds is a copy: see {@link ManagedValue}. */
  public <T extends @Nullable Object> ManagedValue<T> value(T initial) {
    return made(root().value(initial));
  }

  /** Returns a new array that holds these elements at first. They are copies. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public final <T extends @Nullable Object> ManagedArray<T> array(T... elements) {
    return made(root().array(elements));
  }

  /** Returns a new namespace, empty. */
  public Namespace namespace() {
    return made(root().namespace());
  }

  /**
   * Returns a new pool of things, without a limit.
   *
   * @param factory makes one, in the server; what it throws fails who wants to borrow
   * @throws ManagerException if the manager allows no functions
   */
  public <T> ResourcePool<T> resourcePool(Task<? extends T> factory) {
    return resourcePool(factory, ResourceOptions.defaults());
  }

  /**
   * Returns a new pool of things.
   *
   * @param factory makes one, in the server; what it throws fails who wants to borrow
   * @throws ManagerException if the manager allows no functions
   */
  public <T> ResourcePool<T> resourcePool(
      Task<? extends T> factory, ResourceOptions<? super T> options) {
    return made(root().resourcePool(factory, options));
  }

  /**
   * Returns a proxy of an object of the user's own, which is made in the server and stays there.
   * The object has to be safe for use by many threads: each call has one of its own. Arguments and
   * results are copies, unless they are managed objects (an object that returns itself, say), or
   * the method is {@link dev.outlive.managed.ByReference}. A proxy that is passed to its own object
   * arrives there as a proxy.
   *
   * {@snippet file="dev/outlive/snippets/ManagerSnippets.java" region="create"}
   *
   * @param type an interface; its methods may be overloaded, generic, default, and may block: one
   *     that throws {@link InterruptedException} ends when its caller is interrupted, or dies
   * @param factory makes the object, in the server
   * @throws IllegalArgumentException if the type is no interface, or a collection of the JDK's
   * @throws ManagerException if the factory fails, or the manager allows no functions
   */
  public <T> T create(Class<T> type, Task<? extends T> factory) {
    if (!type.isInterface() || type.isAnnotation()) {
      throw new IllegalArgumentException("type must be an interface, type=" + type.getName());
    }
    if (Views.has(type)) {
      throw new IllegalArgumentException(
          "type must not be a collection, type=" + type.getName() + ". " + Views.CURE);
    }
    return type.cast(made(root().create(type, Objects.requireNonNull(factory, "factory"))));
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " must be " + least + " or more, " + name + "=" + value);
    }
    return value;
  }

  /** Returns where the server listens, for {@link #connect} from other programs. */
  public SocketAddress address() {
    return client.door().address();
  }

  /**
   * Returns the server's process; 0 if this program has joined the manager only, or the server is
   * dead.
   */
  public long pid() {
    return server == null ? 0 : server.pid();
  }

  /**
   * Returns how many objects the server holds.
   *
   * @throws ManagerException if it is closed or dead
   */
  public int objects() {
    return root().objects();
  }

  /**
   * Ends the server, if this program has started it, or else leaves the manager. Calls that are
   * under way fail, in all processes, and so does every later use. Closing again has no effect.
   */
  @Override
  public void close() {
    if (server != null) {
      askToClose();
    } else if (madeDoor) {
      try {
        Files.deleteIfExists(Door.file(RunDirectory.shared(), client.manager()));
      } catch (IOException e) {
        // it is swept when this program has ended
      }
      RunDirectory.deleteSharedIfEmpty();
    }
    client.close();
    Clients.remove(client);
    if (server != null) {
      server.close();
    }
  }

  /** A server that is stopped does not answer: then it is killed. */
  private void askToClose() {
    Thread asks =
        Thread.ofPlatform()
            .daemon()
            .name("outlive-manager-close")
            .start(
                () -> {
                  try {
                    root().close(owner);
                  } catch (ManagerException e) {
                    // it is closed or dead
                  }
                });
    try {
      boolean _ = asks.join(ANSWERS_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return client.door().toString();
  }
}
