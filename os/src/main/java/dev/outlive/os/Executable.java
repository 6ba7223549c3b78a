package dev.outlive.os;

import java.io.File;
import java.util.Optional;

/** Finds programs of the platform by name: on {@code PATH}, then where they usually are. */
final class Executable {
  private static final String USUAL = "/bin" + File.pathSeparator + "/usr/bin";

  private Executable() {}

  /** Returns the absolute path, so that a worker's own {@code PATH} does not matter. */
  static Optional<String> find(String name) {
    if (File.separatorChar != '/') {
      return Optional.empty();
    }
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + USUAL;
    for (String folder : path.split(File.pathSeparator, -1)) {
      File file = new File(folder, name);
      if (file.isAbsolute() && file.isFile() && file.canExecute()) {
        return Optional.of(file.getPath());
      }
    }
    return Optional.empty();
  }
}
