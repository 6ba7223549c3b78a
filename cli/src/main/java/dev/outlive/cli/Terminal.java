package dev.outlive.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * The streams of a command.
 *
 * @param out results, in UTF-8, buffered
 * @param err everything else
 * @param live whether {@code err} is a terminal
 */
record Terminal(PrintStream out, PrintStream err, boolean live) {
  private static final int BUFFER = 1 << 16;

  /** Set by the launcher, which alone can tell whether stderr is a terminal. */
  private static final String LIVE = "outlive.live";

  /** Returns those of this process. */
  static Terminal ofProcess() {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
            false,
            UTF_8);
    return new Terminal(out, System.err, Boolean.getBoolean(LIVE));
  }
}
