package dev.outlive.bench.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The C program that measures what the machine could do without any pool. */
final class LimitsProgram {
  private LimitsProgram() {}

  /** Compiles it where it is older than its source; empty where there is no compiler. */
  static Optional<Path> compiled(Path bench) throws IOException, InterruptedException {
    Path source = bench.resolve("limits/limits.c");
    Path program = bench.resolve("target/limits");
    if (Files.exists(program)
        && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return Optional.of(program);
    }
    Files.createDirectories(program.getParent());
    try {
      Process compiler =
          new ProcessBuilder("cc", "-O2", "-pthread", "-o", program.toString(), source.toString())
              .inheritIO()
              .start();
      return compiler.waitFor() == 0 ? Optional.of(program) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no cc
    }
  }
}
