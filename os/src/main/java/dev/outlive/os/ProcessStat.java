package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat} at one moment: who a process is, its state and where it
 * belongs (proc_pid_stat(5)).
 *
 * <p>There is none where there is no {@code /proc}. The kernel truncates {@code comm} to 15 bytes
 * and a process may put anything into it, parentheses and line ends too.
 *
 * @param state R running, S sleeping, D disk sleep, T stopped, t traced, Z zombie, X dead, I idle
 * @param flags of the kernel, the PF_ constants of its sched.h
 * @param startTicks when it started, in clock ticks since boot; with the pid an identity
 */
public record ProcessStat(
    long pid,
    String comm,
    char state,
    long parent,
    long group,
    long session,
    long flags,
    long startTicks) {

  private static final Path PROC = Path.of("/proc");

  // Fields are counted from 3, the first one behind the command's name.
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int GROUP = 2;
  private static final int SESSION = 3;
  private static final int FLAGS = 6;
  private static final int START = 19;

  /** PF_FORKNOEXEC: the same bit since before Linux 2.6. */
  private static final long FORKED = 0x40;

  /** PF_EXITING: the same bit since before Linux 2.6. */
  private static final long EXITING = 0x4;

  /** Returns what the kernel says about a process now; empty when it is gone or cannot be seen. */
  public static Optional<ProcessStat> read(long pid) {
    if (!NativeAccess.linux() || pid <= 0) {
      return Optional.empty();
    }
    try {
      Path file = PROC.resolve(Long.toString(pid)).resolve("stat");
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException goneMeanwhile) {
      return Optional.empty();
    }
  }

  /** Returns all processes that can be seen, without those that end while this reads. */
  public static List<ProcessStat> all() {
    List<ProcessStat> found = new ArrayList<>();
    if (!NativeAccess.linux()) {
      return found;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        read(Long.parseLong(process.getFileName().toString())).ifPresent(found::add);
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      return found;
    }
    return found;
  }

  /** Returns whether this is only an entry in the process table: dead, not yet reaped. */
  public boolean dead() {
    return state == 'Z' || state == 'X' || state == 'x';
  }

  /**
   * Returns whether it is dead, or its first thread is past the point from which none comes back:
   * whatever is done to it now is not what it ends of.
   */
  public boolean ending() {
    return dead() || (flags & EXITING) != 0;
  }

  /** Returns whether it was forked and has not called exec since: it is still its parent's copy. */
  boolean forked() {
    return (flags & FORKED) != 0;
  }

  static Optional<ProcessStat> parse(String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    if (open < 1 || close < open) {
      return Optional.empty();
    }
    String[] fields = line.substring(close + 1).strip().split(" ", -1);
    if (fields.length <= START || fields[STATE].length() != 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ProcessStat(
              Long.parseLong(line.substring(0, open).strip()),
              line.substring(open + 1, close),
              fields[STATE].charAt(0),
              Long.parseLong(fields[PARENT]),
              Long.parseLong(fields[GROUP]),
              Long.parseLong(fields[SESSION]),
              Long.parseLong(fields[FLAGS]),
              Long.parseLong(fields[START])));
    } catch (NumberFormatException malformed) {
      return Optional.empty();
    }
  }
}
