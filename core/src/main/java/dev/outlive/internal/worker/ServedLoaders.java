package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Loaders;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.Wrapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker's loaders of the program's classes, one for each loader of the program that a stream has
 * named; and the context class loader of the thread that runs a task.
 *
 * <p>Where a class was not to be had for a reason that may pass, whoever referred to it would never
 * find it again. So all these loaders are given up, and the next item begins with new ones. Safe
 * for use by many threads.
 */
final class ServedLoaders implements Loaders {
  private static final String IN_TIME = ": the program has not given it in time";

  private final ClassRequests requests;
  private final Map<Integer, ServedLoader> loaders = new ConcurrentHashMap<>();
  private volatile boolean spoilt;

  ServedLoaders(ClassRequests requests) {
    this.requests = requests;
  }

  @Override
  public int number(Class<?> type) {
    return type.getClassLoader() instanceof ServedLoader served ? served.number() : COMMON;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first that a stream names becomes the thread's context class loader: no code of its
   * classes can run before.
   */
  @Override
  public Class<?> find(int loader, String name) throws ClassNotFoundException {
    ClassLoader found = loader == COMMON ? ClassLoader.getSystemClassLoader() : loader(loader);
    Thread thread = Thread.currentThread();
    if (loader != COMMON && !(thread.getContextClassLoader() instanceof ServedLoader)) {
      thread.setContextClassLoader(found);
    }
    return Class.forName(name, false, found);
  }

  @Override
  public ServedLoader loader(int loader) {
    return loaders.computeIfAbsent(loader, number -> new ServedLoader(number, this));
  }

  /** Makes the loader of a task's code the context of the calling thread. */
  static void enter(Object code) {
    Object own = code instanceof Wrapping wrapping ? wrapping.wrapped() : code;
    boolean served = own.getClass().getClassLoader() instanceof ServedLoader;
    Thread.currentThread()
        .setContextClassLoader(
            served ? own.getClass().getClassLoader() : ClassLoader.getSystemClassLoader());
  }

  /** Gives the calling thread back its own context. */
  static void exit() {
    Thread.currentThread().setContextClassLoader(ClassLoader.getSystemClassLoader());
  }

  /** Whether a loader has failed, and all are to be forgotten before the next item. */
  boolean areSpoilt() {
    return spoilt;
  }

  /** Forgets all loaders if one has failed; returns whether that is so. */
  boolean renewIfSpoilt() {
    if (!spoilt) {
      return false;
    }
    spoilt = false;
    loaders.clear();
    return true;
  }

  Message.ClassServed askForClass(int loader, String name) throws ClassNotFoundException {
    Message.ToWorker answer = requests.ask(number -> new Message.ClassWanted(number, loader, name));
    if (answer instanceof Message.ClassServed served) {
      return served;
    }
    throw new NotServedException(why(answer, name));
  }

  /**
   * Returns the resources of a name; empty for one that the worker has of its own.
   *
   * @throws IOException if they are not to be had
   */
  List<Optional<ByteBuffer>> askForResources(int loader, boolean all, String name)
      throws IOException {
    Message.ToWorker answer =
        requests.ask(number -> new Message.ResourcesWanted(number, loader, all, name));
    if (answer instanceof Message.ResourcesServed served) {
      return served.found();
    }
    throw new IOException(answer instanceof Message.NotServed not ? not.why() : name + IN_TIME);
  }

  private String why(Message.@Nullable ToWorker answer, String name) {
    if (answer instanceof Message.NotServed not) {
      if (not.passing()) {
        spoilt = true;
      }
      return not.why().isEmpty() ? name : not.why();
    }
    spoilt = true;
    return name + IN_TIME;
  }
}
