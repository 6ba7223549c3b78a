package dev.outlive.internal.pool;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.security.CodeSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The class files of loaded classes, from the loaders that defined them. Runs code of those
 * loaders.
 *
 * <p>A loader's {@code getResource} usually asks its parent first. So what it finds may be another
 * class of the same name, which lies on the class path and must not be run in this one's place.
 */
final class ClassSource {
  /** The most bytes of a class file or resource. */
  static final int MOST_BYTES = 64 << 20;

  private ClassSource() {}

  /**
   * Returns the class file; null if its loader does not give it.
   *
   * @throws IOException if it cannot be read, or is too long
   */
  static @Nullable ByteBuffer bytes(Class<?> type) throws IOException {
    ClassLoader loader = type.getClassLoader();
    String path = type.getName().replace('.', '/') + ".class";
    URL own = loader instanceof URLClassLoader urls ? urls.findResource(path) : null;
    if (own != null) {
      return read(own, path);
    }
    Map<String, URL> others = others(loader, path);
    ByteBuffer given = givesStreams(loader) ? given(loader, path) : null;
    if (given != null && isOf(type, given, others)) {
      return given;
    }
    URL found = found(type, loader, path, others);
    return found == null ? null : read(found, path);
  }

  /** What the loader's parent finds. */
  private static Map<String, URL> others(ClassLoader loader, String path) throws IOException {
    ClassLoader parent = loader.getParent();
    Map<String, URL> others = new HashMap<>();
    (parent == null ? ClassLoader.getPlatformClassLoader() : parent)
        .getResources(path)
        .asIterator()
        .forEachRemaining(url -> others.put(url.toExternalForm(), url));
    return others;
  }

  private static boolean givesStreams(ClassLoader loader) {
    try {
      Class<?> by =
          loader.getClass().getMethod("getResourceAsStream", String.class).getDeclaringClass();
      return by != ClassLoader.class && by != URLClassLoader.class;
    } catch (NoSuchMethodException e) {
      throw new AssertionError("each loader has this method", e);
    }
  }

  private static @Nullable ByteBuffer given(ClassLoader loader, String path) throws IOException {
    try (InputStream in = loader.getResourceAsStream(path)) {
      return in == null ? null : read(in, path, MOST_BYTES);
    }
  }

  private static boolean isOf(Class<?> type, ByteBuffer given, Map<String, URL> others)
      throws IOException {
    for (URL other : others.values()) {
      if (!isFrom(type, other) && read(other, type.getName()).equals(given)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable URL found(
      Class<?> type, ClassLoader loader, String path, Map<String, URL> others) throws IOException {
    URL first = loader.getResource(path);
    if (first == null || isOf(type, first, others)) {
      return first;
    }
    for (URL url : Collections.list(loader.getResources(path))) {
      if (isOf(type, url, others)) {
        return url;
      }
    }
    return null;
  }

  /** What the loader's parent finds as well is of this class only if the class comes from there. */
  private static boolean isOf(Class<?> type, URL found, Map<String, URL> others) {
    return !others.containsKey(found.toExternalForm()) || isFrom(type, found);
  }

  private static boolean isFrom(Class<?> type, URL place) {
    String location = location(type);
    return !location.isEmpty() && place.toExternalForm().contains(location);
  }

  private static ByteBuffer read(URL url, String name) throws IOException {
    try (InputStream in = open(url)) {
      return read(in, name, MOST_BYTES);
    }
  }

  /**
   * Returns all that a stream has.
   *
   * @throws IOException if that is more than the given number of bytes
   */
  static ByteBuffer read(InputStream in, String name, int most) throws IOException {
    byte[] bytes = in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new IOException(name + " has more than " + most + " bytes");
    }
    return ByteBuffer.wrap(bytes);
  }

  /** Opens a URL past the cache of jar files, which would keep the jar open for good. */
  static InputStream open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  /** Returns where a class comes from, as a URL; empty if nobody knows. */
  static String location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? "" : location.toExternalForm();
  }
}
