package dev.outlive.os;

import java.util.Locale;
import java.util.Optional;

/**
 * The names of signals, and kill(2).
 *
 * <p>Numbers are those of this platform (signal(7): from 7 on Linux and macOS differ).
 */
public final class Signals {
  private static final String[] LINUX =
      ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP"
              + " TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
          .split(" ", -1);
  private static final String[] BSD =
      ("HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP CONT CHLD"
              + " TTIN TTOU IO XCPU XFSZ VTALRM PROF WINCH INFO USR1 USR2")
          .split(" ", -1);
  private static final String[] NAMES = bsd() ? BSD : LINUX;
  private static final int FIRST_REAL_TIME = 34;
  private static final int LAST_REAL_TIME = 64;

  private static final int SIGQUIT = 3;

  private Signals() {}

  /**
   * Returns what people call a signal: {@code SIGKILL} for 9, {@code SIGRTMIN+2} for 36 on Linux,
   * {@code signal 99} for a number without a name.
   */
  public static String name(int signal) {
    if (signal >= 1 && signal <= NAMES.length) {
      return "SIG" + NAMES[signal - 1];
    }
    if (NativeAccess.linux() && signal >= FIRST_REAL_TIME && signal <= LAST_REAL_TIME) {
      return signal == FIRST_REAL_TIME ? "SIGRTMIN" : "SIGRTMIN+" + (signal - FIRST_REAL_TIME);
    }
    return "signal " + signal;
  }

  /**
   * Asks a JVM for its thread dump: sends SIGQUIT to one process, unless the number was reused. A
   * JVM that is still starting, or was started with {@code -Xrs}, ends from it.
   *
   * @return true when it was sent or there is nobody to send it to; false without native access:
   *     then nothing was done and the caller asks the {@link Guardian}
   */
  public static boolean quit(ProcessIdentity process) {
    ProcessGroup.requireWorker(process);
    Optional<Libc> libc = Libc.find();
    if (libc.isPresent() && process.isAlive()) {
      libc.get().kill(Math.toIntExact(process.pid()), SIGQUIT);
    }
    return libc.isPresent();
  }

  /**
   * Sends a signal to a process, or to a group when {@code pid} is negative. Does not check whether
   * the number was reused: {@link ProcessGroup} does.
   *
   * @return 0, or the error number: 3 (ESRCH) nobody there, 1 (EPERM) not allowed, 22 (EINVAL) no
   *     such signal
   * @throws IllegalArgumentException for 0 and -1, which mean "my own group" and "everybody"
   * @throws IllegalStateException without native access
   */
  public static int send(long pid, int signal) {
    if (pid == 0 || pid == -1) {
      throw new IllegalArgumentException("pid must name one process or one group, pid=" + pid);
    }
    Libc libc =
        Libc.find()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "signals need Linux and --enable-native-access for Outlive"));
    return -libc.kill(Math.toIntExact(pid), signal);
  }

  private static boolean bsd() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.contains("mac") || system.contains("bsd");
  }
}
