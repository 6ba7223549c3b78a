package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc/PID/status} says about a process at one moment: whether it is stopped or
 * traced, and how much memory it holds (proc_pid_status(5)). There is none where there is no {@code
 * /proc}.
 *
 * @param state of its first thread, as in {@link ProcessStat}; a stop holds for all threads
 * @param tracer the process that traces it (a debugger, strace), 0: none
 * @param virtualBytes what is mapped, in RAM or not
 * @param residentBytes memory in RAM: the sum of the next three
 * @param anonymousBytes what belongs to it alone; all of it where the kernel does not tell the
 *     three apart (before Linux 4.5, gVisor)
 * @param fileBytes pages of mapped files, programs and libraries
 * @param sharedBytes shared memory and tmpfs
 * @param peakBytes the most that was ever resident
 */
public record ProcessStatus(
    char state,
    long tracer,
    long virtualBytes,
    long residentBytes,
    long anonymousBytes,
    long fileBytes,
    long sharedBytes,
    long peakBytes) {

  /** Takes a sample; empty when the process is gone, or only a zombie, and off Linux. */
  public static Optional<ProcessStatus> read(long pid) {
    if (!NativeAccess.linux() || pid <= 0) {
      return Optional.empty();
    }
    try {
      byte[] text = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "status"));
      return parse(new String(text, StandardCharsets.ISO_8859_1));
    } catch (IOException goneMeanwhile) {
      return Optional.empty();
    }
  }

  /** Returns what such a text says; empty for that of a zombie. */
  static Optional<ProcessStatus> parse(String status) {
    char state = (field(status, "\nState:") + "?").charAt(0);
    if (state == 'Z' || state == 'X' || state == 'x') {
      return Optional.empty();
    }
    long resident = kilobytes(status, "\nVmRSS:");
    boolean split = status.contains("\nRssAnon:");
    return Optional.of(
        new ProcessStatus(
            state,
            number(field(status, "\nTracerPid:")),
            kilobytes(status, "\nVmSize:"),
            resident,
            split ? kilobytes(status, "\nRssAnon:") : resident,
            kilobytes(status, "\nRssFile:"),
            kilobytes(status, "\nRssShmem:"),
            kilobytes(status, "\nVmHWM:")));
  }

  private static String field(String status, String name) {
    int at = status.indexOf(name);
    if (at < 0) {
      return "";
    }
    int end = status.indexOf('\n', at + name.length());
    return status.substring(at + name.length(), end < 0 ? status.length() : end).strip();
  }

  private static long kilobytes(String status, String name) {
    String field = field(status, name);
    return field.endsWith(" kB") ? number(field.substring(0, field.length() - 3)) << 10 : 0;
  }

  private static long number(String field) {
    try {
      return Long.parseLong(field);
    } catch (NumberFormatException absent) {
      return 0;
    }
  }
}
