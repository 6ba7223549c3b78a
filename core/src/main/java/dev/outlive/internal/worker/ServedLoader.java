package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Loaders;
import dev.outlive.internal.protocol.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.ByteBuffer;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker's stand-in for one class loader of the program: defines the classes that this one
 * defines there, and asks the pool for all but {@code java.*}. Which loader a class comes from is
 * decided there, so that a class file in the worker's own directories is never taken instead.
 *
 * <p>No lock is held while the pool is asked. Safe for use by many threads.
 */
final class ServedLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final int number;
  private final ServedLoaders all;

  /** What other loaders define, by the names under which this one was asked for it. */
  private final Map<String, Class<?>> delegated = new ConcurrentHashMap<>();

  ServedLoader(int number, ServedLoaders all) {
    super(ClassLoader.getSystemClassLoader());
    this.number = number;
    this.all = all;
  }

  int number() {
    return number;
  }

  // ---- classes

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> known = delegated.get(name);
    if (known == null) {
      known = findLoadedClass(name);
    }
    if (known == null) {
      known = name.startsWith("java.") ? getParent().loadClass(name) : fetch(name);
    }
    return known;
  }

  private Class<?> fetch(String name) throws ClassNotFoundException {
    Message.ClassServed served = all.askForClass(number, name);
    Class<?> type =
        served.loader() == Loaders.COMMON
            ? getParent().loadClass(name)
            : all.loader(served.loader()).define(name, served);
    if (served.loader() != number) {
      delegated.put(name, type);
    }
    return type;
  }

  private Class<?> define(String name, Message.ClassServed served) {
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? defineClass(name, served.bytes(), domain(served.source())) : known;
    }
  }

  private ProtectionDomain domain(String source) {
    CodeSource from = new CodeSource(location(source), (Certificate[]) null);
    return new ProtectionDomain(from, null, this, null);
  }

  /** Where the program says that it comes from, if that can be said here. */
  private static @Nullable URL location(String source) {
    try {
      return source.isEmpty() ? null : new URI(source).toURL();
    } catch (URISyntaxException | IllegalArgumentException | MalformedURLException e) {
      return null;
    }
  }

  // ---- resources

  @Override
  public @Nullable URL getResource(String name) {
    ByteBuffer own = ownClassFile(name);
    if (own != null) {
      return url(name, own);
    }
    try {
      List<URL> found = resources(name, false);
      return found.isEmpty() ? null : found.getFirst();
    } catch (IOException e) {
      return null; // so the JDK's loaders say it too
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return Collections.enumeration(resources(name, true));
  }

  /** The one that was really defined, whatever other class file of that name there may be. */
  private @Nullable ByteBuffer ownClassFile(String name) {
    if (!name.endsWith(".class")) {
      return null;
    }
    String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
    Class<?> loaded = findLoadedClass(type);
    if (loaded == null || loaded.getClassLoader() != this) {
      return null;
    }
    try {
      return all.askForClass(number, type).bytes();
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private List<URL> resources(String name, boolean wantsAll) throws IOException {
    List<URL> urls = new ArrayList<>();
    boolean commonDone = false;
    for (Optional<ByteBuffer> one : all.askForResources(number, wantsAll, name)) {
      if (one.isPresent()) {
        urls.add(url(name, one.get()));
      } else if (!commonDone) {
        commonDone = true;
        addCommon(name, wantsAll, urls);
      }
    }
    return urls;
  }

  private void addCommon(String name, boolean wantsAll, List<URL> urls) throws IOException {
    Collections.list(getParent().getResources(name)).stream()
        .limit(wantsAll ? Long.MAX_VALUE : 1)
        .forEach(urls::add);
  }

  private URL url(String name, ByteBuffer bytes) {
    try {
      return URL.of(
          new URI("outlive-served", null, "/" + number + "/" + name, null), handler(bytes));
    } catch (URISyntaxException | MalformedURLException e) {
      throw new IllegalArgumentException("no URL can be made of the name " + name, e);
    }
  }

  private static URLStreamHandler handler(ByteBuffer bytes) {
    return new URLStreamHandler() {
      @Override
      protected URLConnection openConnection(URL url) {
        return new ServedConnection(url, bytes);
      }
    };
  }

  private static final class ServedConnection extends URLConnection {
    private final ByteBuffer bytes;

    ServedConnection(URL url, ByteBuffer bytes) {
      super(url);
      this.bytes = bytes;
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public long getContentLengthLong() {
      return bytes.remaining();
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(
          bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
  }

  @Override
  public String toString() {
    return "ServedLoader[" + number + "]";
  }
}
