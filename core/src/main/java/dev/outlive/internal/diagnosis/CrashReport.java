package dev.outlive.internal.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a JVM's {@code hs_err} file says.
 *
 * @param file where it is
 * @param signal the signal that ended the JVM, such as {@code "SIGSEGV"}; null if it names none
 * @param frame the problematic frame; null if it names none
 * @param caller the topmost Java method that is not the JDK's own; null if it names none
 * @param thread the thread that crashed; null if it names none
 */
public record CrashReport(
    Path file,
    @Nullable String signal,
    @Nullable String frame,
    @Nullable String caller,
    @Nullable String thread) {
  private static final int HEAD_LINES = 200;
  private static final int HEAD_BYTES = 256 << 10;
  private static final Pattern SIGNAL = Pattern.compile("#\\s+(SIG[A-Z]+) \\(0x");
  private static final Pattern JAVA =
      Pattern.compile("[jJ]\\s+(?:\\d+%?\\s+(?:\\w+\\s+)?)?([^\\s(]+)\\(.*");
  private static final Pattern OF_THE_JDK = Pattern.compile("(java|jdk|sun)\\..*");
  private static final Pattern THREAD = Pattern.compile("Current thread .*?\"(.*)\".*");

  /** Returns what the file says; empty if there is no such file, or it cannot be read. */
  public static Optional<CrashReport> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String signal = null;
    String frame = null;
    String caller = null;
    String thread = null;
    try {
      boolean frameNext = false;
      for (String line : head(file)) {
        Matcher signalled = SIGNAL.matcher(line);
        Matcher current = THREAD.matcher(line);
        Matcher java = JAVA.matcher(line);
        if (signal == null && signalled.find()) {
          signal = signalled.group(1);
        } else if (frameNext && line.startsWith("#")) {
          frame = line.substring(1).strip();
        } else if (thread == null && current.matches()) {
          thread = current.group(1);
        } else if (caller == null
            && java.matches()
            && !OF_THE_JDK.matcher(java.group(1)).matches()) {
          caller = java.group(1);
        }
        frameNext = line.startsWith("# Problematic frame:");
      }
    } catch (IOException e) {
      return Optional.of(new CrashReport(file, signal, frame, caller, thread));
    }
    return Optional.of(new CrashReport(file, signal, frame, caller, thread));
  }

  /** A task may write the file too, so no more is believed of it than can be read at a look. */
  private static List<String> head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
      return text.lines().limit(HEAD_LINES).toList();
    }
  }
}
