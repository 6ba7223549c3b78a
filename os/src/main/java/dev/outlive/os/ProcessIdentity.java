package dev.outlive.os;

import java.time.Instant;
import java.util.Optional;

/**
 * A process id with the time its process started: what a bare number, which the kernel gives out
 * again, is not.
 *
 * @param pid the process id, as this process's pid namespace sees it
 * @param startTicks clock ticks since boot on Linux; elsewhere milliseconds since 1970, 0 when the
 *     platform does not say
 */
public record ProcessIdentity(long pid, long startTicks) {

  /** Refuses a number that no process can have. */
  public ProcessIdentity {
    if (pid < 1 || startTicks < 0) {
      throw new IllegalArgumentException(
          "pid must be 1.. and startTicks 0.., pid=" + pid + " startTicks=" + startTicks);
    }
  }

  /** Returns the process that has this number now, a zombie included; empty when there is none. */
  public static Optional<ProcessIdentity> of(long pid) {
    if (NativeAccess.linux()) {
      return ProcessStat.read(pid).map(stat -> new ProcessIdentity(pid, stat.startTicks()));
    }
    return ProcessHandle.of(pid).map(handle -> new ProcessIdentity(pid, startMillis(handle)));
  }

  /** Reads back a {@link #token()}; empty for anything else. */
  public static Optional<ProcessIdentity> parse(String token) {
    int dash = token.indexOf('-');
    if (dash < 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ProcessIdentity(
              Long.parseLong(token, 0, dash, 10),
              Long.parseLong(token, dash + 1, token.length(), 10)));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  /** Returns whether this very process still runs; a zombie, or a reused number, does not. */
  public boolean isAlive() {
    if (NativeAccess.linux()) {
      return ProcessStat.read(pid)
          .filter(stat -> stat.startTicks() == startTicks && !stat.dead())
          .isPresent();
    }
    return ProcessHandle.of(pid)
        .filter(handle -> handle.isAlive() && startMillis(handle) == startTicks)
        .isPresent();
  }

  /** Returns the identity as one word for a file name or a line, {@code "4711-123456"}. */
  public String token() {
    return pid + "-" + startTicks;
  }

  private static long startMillis(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
