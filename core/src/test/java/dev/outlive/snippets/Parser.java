package dev.outlive.snippets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Somebody's code, which may do anything to the process that it runs in. */
final class Parser {
  private Parser() {}

  static void load() {}

  static String title(String file) throws IOException {
    return Files.readAllLines(Path.of(file)).getFirst();
  }
}
