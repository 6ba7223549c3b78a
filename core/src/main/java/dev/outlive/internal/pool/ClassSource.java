package dev.outlive.internal.pool;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.security.CodeSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
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

  /** Returns whether the bytes of the class can be had, as far as can be told without them. */
  static boolean has(Class<?> type) throws IOException {
    try (InputStream in = open(type)) {
      return in != null;
    }
  }

  /**
   * Returns the class file; null if its loader does not give it.
   *
   * @throws IOException if it cannot be read, or is too long
   */
  static @Nullable ByteBuffer bytes(Class<?> type) throws IOException {
    try (InputStream in = open(type)) {
      return in == null ? null : read(in, type.getName(), MOST_BYTES);
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

  private static @Nullable InputStream open(Class<?> type) throws IOException {
    ClassLoader loader = type.getClassLoader();
    String path = type.getName().replace('.', '/') + ".class";
    URL own = loader instanceof URLClassLoader urls ? urls.findResource(path) : null;
    if (own != null) {
      return open(own);
    }
    InputStream given = givesStreams(loader) ? loader.getResourceAsStream(path) : null;
    if (given != null) {
      return given;
    }
    URL found = found(type, loader, path);
    return found == null ? null : open(found);
  }

  /** What the loader's parent finds as well is of this class only if the class comes from there. */
  private static @Nullable URL found(Class<?> type, ClassLoader loader, String path)
      throws IOException {
    URL first = loader.getResource(path);
    Set<String> others = new HashSet<>();
    ClassLoader parent = loader.getParent();
    (parent == null ? ClassLoader.getPlatformClassLoader() : parent)
        .getResources(path)
        .asIterator()
        .forEachRemaining(url -> others.add(url.toExternalForm()));
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

  private static boolean isOf(Class<?> type, URL found, Set<String> others) {
    String location = location(type);
    String url = found.toExternalForm();
    return !others.contains(url) || (!location.isEmpty() && url.contains(location));
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
}
