package dev.outlive.internal.protocol;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files beside a class, in its directory or jar. */
public final class ClassFiles {
  private ClassFiles() {}

  /** Returns where a class lies. */
  public static Path home(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Returns the names of all files there, but for descriptions of modules, packages and jars. */
  public static Set<String> beside(Class<?> type) throws IOException, URISyntaxException {
    Path home = home(type);
    if (Files.isDirectory(home)) {
      return files(home);
    }
    try (FileSystem jar = FileSystems.newFileSystem(home)) {
      return files(jar.getPath("/"));
    }
  }

  private static Set<String> files(Path home) throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      return all.filter(Files::isRegularFile)
          .map(file -> home.relativize(file).toString())
          .filter(name -> !name.endsWith("-info.class") && !name.startsWith("META-INF/"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
