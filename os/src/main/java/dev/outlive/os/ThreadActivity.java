package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the threads of a process get on, at one moment (proc_pid_stat(5), sched-stats in the
 * kernel's documentation). Costs three reads for each thread, so it is for a process that is
 * suspected of standing still. There is none where there is no {@code /proc}.
 *
 * @param runnable whether any of its threads was on a processor or waited for one
 * @param cpuNanos processor time of the threads it has now; goes back when one of them ends, so
 *     only "equal" and "not equal" have a meaning
 */
public record ThreadActivity(boolean runnable, long cpuNanos) {
  private static final int UTIME = 11;
  private static final int STIME = 12;

  /** USER_HZ: what user space is told, whatever the kernel's own tick is (time(7)). */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Takes a sample; empty when the process is gone and off Linux. */
  public static Optional<ThreadActivity> of(long pid) {
    if (!NativeAccess.linux() || pid <= 0) {
      return Optional.empty();
    }
    boolean runnable = false;
    long cpuNanos = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        ThreadActivity one = ofThread(thread);
        runnable |= one.runnable;
        cpuNanos += one.cpuNanos;
      }
    } catch (IOException | DirectoryIteratorException goneMeanwhile) {
      return Optional.empty();
    }
    return Optional.of(new ThreadActivity(runnable, cpuNanos));
  }

  /** The time of a thread that ends meanwhile leaves the sum, which then is another one. */
  private static ThreadActivity ofThread(Path thread) {
    try {
      String stat = text(thread.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return new ThreadActivity(fields[0].equals("R"), cpuNanos(thread, fields));
    } catch (IOException | NumberFormatException endedMeanwhile) {
      return new ThreadActivity(false, 0);
    }
  }

  /** Kernels without CONFIG_SCHED_INFO have ticks of 10 ms only. */
  private static long cpuNanos(Path thread, String[] fields) throws IOException {
    try {
      String schedstat = text(thread.resolve("schedstat"));
      return Long.parseLong(schedstat, 0, schedstat.indexOf(' '), 10);
    } catch (IOException | IndexOutOfBoundsException noSchedstat) {
      if (fields.length <= STIME) {
        throw new IOException("short line", noSchedstat);
      }
      return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * NANOS_PER_TICK;
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
