package dev.outlive.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Option;

/** The option that lets the pool's own log through, which is otherwise off. */
final class Logging {
  /** Held, since the JDK forgets the level of a logger that nobody holds. */
  private static final Logger OUTLIVE = Logger.getLogger("dev.outlive");

  @Option(names = "--verbose", description = "Show the pool's log on stderr.")
  private boolean verbose;

  void configure() {
    OUTLIVE.setLevel(verbose ? Level.INFO : Level.OFF);
  }
}
