package dev.outlive.os;

/**
 * How a process ended, as the kernel keeps it (wait(2)). {@code Process.exitValue()} folds both
 * kinds into one number: 137 is {@code exit(137)} as well as SIGKILL.
 */
public sealed interface ExitStatus {

  /**
   * It ended by itself: exit(3), or the return of its main function.
   *
   * @param code 0..255, the low 8 bits of what it said
   */
  record Exited(int code) implements ExitStatus {
    @Override
    public String toString() {
      return "exit(" + code + ")";
    }
  }

  /**
   * A signal ended it.
   *
   * @param signal its number, see {@link Signals#name}
   * @param coreDumped whether the kernel wrote a core dump
   */
  record Signalled(int signal, boolean coreDumped) implements ExitStatus {
    @Override
    public String toString() {
      return Signals.name(signal) + (coreDumped ? " with a core dump" : "");
    }
  }

  /** Reads a status as waitpid(2) returns it. */
  static ExitStatus ofWaitStatus(int status) {
    int signal = status & 0x7f;
    return signal == 0
        ? new Exited(status >> 8 & 0xff)
        : new Signalled(signal, (status & 0x80) != 0);
  }
}
