package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel says about the life of a process at one moment: whether it is stopped, whether it
 * uses the processor, how much memory it holds (proc_pid_status(5), sched-stats in the kernel's
 * documentation). There is none where there is no {@code /proc}.
 *
 * @param state of its first thread, as in {@link ProcessStat}; a stop holds for all threads
 * @param tracer the process that traces it (a debugger, strace), 0: none
 * @param runnable whether any of its threads was on a processor or waited for one
 * @param cpuNanos processor time of the threads it has now; goes back when one of them ends, so
 *     only "equal" and "not equal" have a meaning
 * @param residentBytes memory in RAM: the sum of anonymous, shared and that of files
 * @param anonymousBytes of that, what belongs to it alone
 * @param sharedBytes of that, shared memory and tmpfs
 * @param peakBytes the most that was ever resident
 */
public record ProcessVitals(
    char state,
    long tracer,
    boolean runnable,
    long cpuNanos,
    long residentBytes,
    long anonymousBytes,
    long sharedBytes,
    long peakBytes) {

  private static final Path PROC = Path.of("/proc");
  private static final int UTIME = 11;
  private static final int STIME = 12;

  /** USER_HZ: what user space is told, whatever the kernel's own tick is (time(7)). */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Takes a sample; empty when the process is gone, or only a zombie, and off Linux. */
  public static Optional<ProcessVitals> read(long pid) {
    if (!NativeAccess.linux() || pid <= 0) {
      return Optional.empty();
    }
    Path process = PROC.resolve(Long.toString(pid));
    try {
      String status = text(process.resolve("status"));
      char state = (field(status, "State") + "?").charAt(0);
      if (state == 'Z' || state == 'X' || state == 'x') {
        return Optional.empty();
      }
      Threads threads = Threads.of(process.resolve("task"));
      return Optional.of(
          new ProcessVitals(
              state,
              number(status, "TracerPid"),
              threads.runnable,
              threads.cpuNanos,
              kilobytes(status, "VmRSS"),
              kilobytes(status, "RssAnon"),
              kilobytes(status, "RssShmem"),
              kilobytes(status, "VmHWM")));
    } catch (IOException | DirectoryIteratorException goneMeanwhile) {
      return Optional.empty();
    }
  }

  /** What its threads add up to. */
  private static final class Threads {
    private boolean runnable;
    private long cpuNanos;

    static Threads of(Path tasks) throws IOException {
      Threads sum = new Threads();
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          sum.add(thread);
        }
      }
      return sum;
    }

    private void add(Path thread) {
      try {
        String stat = text(thread.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        runnable |= fields[0].equals("R");
        cpuNanos += cpuNanos(thread, fields);
      } catch (IOException | NumberFormatException endedMeanwhile) {
        // its time leaves the sum, which then is another one
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
  }

  private static String field(String status, String name) {
    int at = status.indexOf("\n" + name + ":");
    if (at < 0) {
      return "";
    }
    int end = status.indexOf('\n', at + 1);
    return status.substring(at + name.length() + 2, end < 0 ? status.length() : end).strip();
  }

  private static long number(String status, String name) {
    try {
      return Long.parseLong(field(status, name));
    } catch (NumberFormatException absent) {
      return 0;
    }
  }

  private static long kilobytes(String status, String name) {
    try {
      return Long.parseLong(field(status, name).replaceFirst(" +kB$", "")) << 10;
    } catch (NumberFormatException absent) {
      return 0;
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
