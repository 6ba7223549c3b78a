package dev.outlive.systemtests.serve;

import dev.outlive.task.Task;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A loader of classes that were compiled in memory, as many a tool has one. Its own classes come
 * first; it gives their bytes, or keeps them to itself.
 */
final class MemoryLoader extends ClassLoader {
  private final Map<String, byte[]> classes;
  private final boolean givesBytes;

  /** What it does before it gives the bytes of a class: nothing, in general. */
  volatile Consumer<String> before = name -> {};

  MemoryLoader(Map<String, byte[]> classes, boolean givesBytes) {
    super(MemoryLoader.class.getClassLoader());
    this.classes = classes;
    this.givesBytes = givesBytes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      byte[] bytes = classes.get(name);
      if (known != null || bytes == null) {
        return known == null ? super.loadClass(name, resolve) : known;
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    String type = name.replace(".class", "").replace('/', '.');
    byte[] bytes = classes.get(type);
    if (bytes == null || !givesBytes) {
      return super.getResourceAsStream(name);
    }
    before.accept(type);
    return new ByteArrayInputStream(bytes);
  }

  /** Returns what a static method without parameters of one of its classes returns. */
  Object make(String type, String method) throws ReflectiveOperationException {
    return make(this, type, method);
  }

  static Object make(ClassLoader loader, String type, String method)
      throws ReflectiveOperationException {
    return loader.loadClass(type).getMethod(method).invoke(null);
  }

  @SuppressWarnings("unchecked") // a task of anything
  Task<Object> task(String type, String method) throws ReflectiveOperationException {
    return (Task<Object>) make(type, method);
  }

  @SuppressWarnings("unchecked") // a task of anything
  static Task<Object> task(ClassLoader loader, String type, String method)
      throws ReflectiveOperationException {
    return (Task<Object>) make(loader, type, method);
  }
}
