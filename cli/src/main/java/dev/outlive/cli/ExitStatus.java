package dev.outlive.cli;

/** What the exit status of a command says. */
final class ExitStatus {
  static final int ALL_DONE = 0;
  static final int SOME_FAILED = 1;

  /** Of the doctor: something that Outlive cannot do without. */
  static final int SOMETHING_MISSING = 1;

  static final int USAGE = 2;
  static final int ABORTED = 3;

  /** As shells have it: 128 + SIGINT. */
  static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
