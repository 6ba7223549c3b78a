package dev.outlive.internal.diagnosis;

import dev.outlive.os.Signals;
import java.util.OptionalInt;

/**
 * How the process ended, as far as anybody told.
 *
 * <p>{@link Process#exitValue()} gives 137 for SIGKILL and for {@code exit(137)} alike. Newer
 * kernels tell the two apart, even after the process was reaped.
 *
 * @param value the exit value, 0..255; -1: none
 * @param told what the kernel told beside it
 */
public record Ending(int value, Told told) {
  static final int SIGQUIT = 3;
  static final int SIGABRT = 6;
  static final int SIGKILL = 9;
  static final int SIGSEGV = 11;

  private static final int FIRST_SIGNAL = 128;
  private static final int LAST_SIGNAL = FIRST_SIGNAL + 64;

  /** There was no process, or it hangs in the kernel. */
  public static final Ending NONE = new Ending(-1, Told.NOTHING);

  /** What the kernel told beside the exit value. */
  public enum Told {
    /** The kernel is too old for that, or could not be asked. */
    NOTHING,
    /** The process exited. */
    EXITED,
    /** A signal ended it. */
    SIGNALLED
  }

  /** Returns whether there is an exit value. */
  public boolean known() {
    return value >= 0;
  }

  /** Returns the number of the signal that ended it, as far as can be told. */
  public OptionalInt signal() {
    boolean inRange = value > FIRST_SIGNAL && value <= LAST_SIGNAL;
    return inRange && told != Told.EXITED
        ? OptionalInt.of(value - FIRST_SIGNAL)
        : OptionalInt.empty();
  }

  /** Returns whether somebody may have killed it. */
  public boolean isKill() {
    return endedBy(SIGKILL);
  }

  /** Returns whether it is how a JVM ends that has crashed. */
  public boolean isCrash() {
    return endedBy(SIGABRT) || endedBy(SIGSEGV);
  }

  boolean endedBy(int signal) {
    return signal().isPresent() && signal().getAsInt() == signal;
  }

  boolean exitedWith(int status) {
    return value == status && told != Told.SIGNALLED;
  }

  boolean proven() {
    return told != Told.NOTHING;
  }

  String inWords() {
    String sense =
        switch (told) {
          case EXITED -> " (the kernel says: exited, no signal)";
          case SIGNALLED -> " (the kernel says: " + name() + ")";
          case NOTHING -> signal().isPresent() ? " (128 + " + name() + ", or exited so)" : "";
        };
    return value + sense;
  }

  /** The name of its signal; empty if it has none. */
  String name() {
    return signal().isPresent() ? Signals.name(signal().getAsInt()) : "";
  }
}
