package dev.outlive.systemtests.serve.nested;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads classes and resources from BOOT-INF/classes of a jar, and from the jars in BOOT-INF/lib.
 */
public final class NestedLoader extends ClassLoader {
  private static final String CLASSES = "BOOT-INF/classes/";
  private static final String LIBRARIES = "BOOT-INF/lib/";

  private record Entry(byte[] bytes, String jar) {}

  private final Path jar;
  private final Map<String, Entry> entries = new HashMap<>();

  NestedLoader(Path jar, ClassLoader parent) throws IOException {
    super(parent);
    this.jar = jar;
    try (JarFile outer = new JarFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(outer.entries())) {
        String name = entry.getName();
        if (name.startsWith(CLASSES)) {
          byte[] bytes = outer.getInputStream(entry).readAllBytes();
          entries.put(name.substring(CLASSES.length()), new Entry(bytes, CLASSES));
        } else if (name.startsWith(LIBRARIES)) {
          read(outer.getInputStream(entry), name);
        }
      }
    }
  }

  private void read(InputStream in, String nested) throws IOException {
    try (ZipInputStream jarIn = new ZipInputStream(in)) {
      for (ZipEntry entry = jarIn.getNextEntry(); entry != null; entry = jarIn.getNextEntry()) {
        entries.put(entry.getName(), new Entry(jarIn.readAllBytes(), nested));
      }
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    Entry entry = entries.get(name.replace('.', '/') + ".class");
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    CodeSource source = new CodeSource(url(entry.jar(), entry), (Certificate[]) null);
    ProtectionDomain domain = new ProtectionDomain(source, null, this, null);
    return defineClass(name, entry.bytes(), 0, entry.bytes().length, domain);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : url(entry.jar() + "!/" + name, entry);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL found = findResource(name);
    return found == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(found));
  }

  private URL url(String place, Entry entry) {
    try {
      return URL.of(new URI("nested", null, jar + "/!" + place, null), handler(entry));
    } catch (URISyntaxException | MalformedURLException e) {
      throw new IllegalArgumentException(place, e);
    }
  }

  private static URLStreamHandler handler(Entry entry) {
    return new URLStreamHandler() {
      @Override
      protected URLConnection openConnection(URL url) {
        return new URLConnection(url) {
          @Override
          public void connect() {
            connected = true;
          }

          @Override
          public InputStream getInputStream() {
            return new ByteArrayInputStream(entry.bytes());
          }
        };
      }
    };
  }
}
