package dev.outlive.cli;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A class path that was given on the command line. Immutable.
 *
 * @param entries directories and jars that exist, absolute
 */
record ClassPath(List<Path> entries) {
  ClassPath {
    entries = List.copyOf(entries);
  }

  /**
   * Reads a class path as {@code java -cp} takes it, {@code dir/*} included.
   *
   * @throws UsageException if an entry does not exist
   */
  static ClassPath parse(String text) {
    List<Path> entries = new ArrayList<>();
    for (String entry : text.split(File.pathSeparator, -1)) {
      if (entry.equals("*") || entry.endsWith("/*")) {
        entries.addAll(
            jarsIn(Path.of(entry.equals("*") ? "." : entry.substring(0, entry.length() - 1))));
      } else {
        entries.add(existing(Path.of(entry)));
      }
    }
    return new ClassPath(entries);
  }

  private static Path existing(Path entry) {
    if (!Files.isReadable(entry)) {
      throw new UsageException("the class path names " + entry + ", which cannot be read");
    }
    return entry.toAbsolutePath();
  }

  private static List<Path> jarsIn(Path directory) {
    try (Stream<Path> files = Files.list(existing(directory))) {
      return files
          .filter(file -> file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".jar"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UsageException("the class path names " + directory + "*, which is no directory", e);
    }
  }

  /** Returns the class path that has an entry in front of these. */
  ClassPath after(Path first) {
    List<Path> all = new ArrayList<>();
    all.add(first.toAbsolutePath());
    all.addAll(entries);
    return new ClassPath(all);
  }

  /** Returns a loader for what is found here; for looking only, since workers have their own. */
  URLClassLoader open() {
    List<URL> urls = new ArrayList<>();
    for (Path entry : entries) {
      try {
        urls.add(entry.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new AssertionError("every path is a URL: " + entry, e);
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassPath.class.getClassLoader());
  }

  /** Returns the jar or directory that a class of Outlive was loaded from. */
  static Path homeOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new AssertionError(type + " comes from nowhere");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(type + " comes from " + source.getLocation(), e);
    }
  }

  /** Returns the entries as {@code java -cp} takes them. */
  @Override
  public String toString() {
    return String.join(File.pathSeparator, entries.stream().map(Path::toString).toList());
  }
}
