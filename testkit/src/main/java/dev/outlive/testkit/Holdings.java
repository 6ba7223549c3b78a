package dev.outlive.testkit;

import dev.outlive.internal.local.RunDirectory;
import dev.outlive.os.OwnProcess;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Program;
import dev.outlive.os.Segments;
import dev.outlive.os.WorkerCgroups;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What this JVM, and what it has started, holds of the machine at one moment. Each thing has one
 * line, which stays the same while it lasts; how many of a line there are counts.
 */
final class Holdings {
  /** Whoever sets it for this JVM has orphans found too: whoever has the same value is ours. */
  static final String RUN_VARIABLE = "OUTLIVE_TEST_RUN";

  private static final Path PROC = Path.of("/proc");

  /** Started with the first segment of shared memory, and stays. */
  private static final String SEGMENT_CLEANER = "outlive-segments";

  private static final Pattern NUMBER_AT_END = Pattern.compile("-[0-9]+$");

  private final Map<String, Integer> counts = new TreeMap<>();

  private Holdings() {}

  /** Looks around. */
  static Holdings now() {
    openWhatStaysOpen();
    Holdings holdings = new Holdings();
    Path root = RunDirectory.root();
    String owner =
        ProcessIdentity.of(ProcessHandle.current().pid()).map(ProcessIdentity::token).orElse("?")
            + "-";
    holdings.processes(root.resolve(owner).toString());
    holdings.threads();
    holdings.descriptors();
    holdings.files(root, owner);
    holdings.controlGroups(owner);
    holdings.pages(root);
    holdings.segments();
    return holdings;
  }

  /** Returns what is here and was not there, one line for each. */
  List<String> beyond(Holdings before) {
    List<String> more = new ArrayList<>();
    counts.forEach(
        (line, count) -> {
          int extra = count - before.counts.getOrDefault(line, 0);
          if (extra > 0) {
            more.add(extra == 1 ? line : line + " (" + extra + " times)");
          }
        });
    return more;
  }

  /**
   * The JDK opens a socket pair of its own when a channel is first closed, and keeps half of it.
   */
  private static void openWhatStaysOpen() {
    try {
      Pipe pipe = Pipe.open();
      pipe.source().close();
      pipe.sink().close();
    } catch (IOException e) {
      throw new IllegalStateException("no pipe can be opened: too many descriptors?", e);
    }
  }

  private void add(String line) {
    counts.merge(line, 1, Integer::sum);
  }

  /** Descendants, whoever names a run directory of ours, and orphans of this test run. */
  private void processes(String runs) {
    TreeSet<Long> pids = new TreeSet<>();
    ProcessHandle.current().descendants().forEach(handle -> pids.add(handle.pid()));
    Optional<String> run =
        Optional.ofNullable(System.getenv(RUN_VARIABLE))
            .map(value -> "\0" + RUN_VARIABLE + "=" + value + "\0");
    for (Path folder : list(PROC, "[1-9]*")) {
      boolean ours =
          text(folder.resolve("cmdline")).contains(runs)
              || run.filter(("\0" + text(folder.resolve("environ")))::contains).isPresent();
      if (ours) {
        pids.add(Long.parseLong(folder.getFileName().toString()));
      }
    }
    pids.remove(ProcessHandle.current().pid());
    ProcessHandle.current().parent().ifPresent(parent -> pids.remove(parent.pid()));
    for (long pid : pids) {
      ProcessIdentity.of(pid)
          .filter(ProcessIdentity::isAlive)
          .ifPresent(process -> add("process " + process.token() + " " + commandLine(pid)));
    }
  }

  private static String commandLine(long pid) {
    return text(PROC.resolve(Long.toString(pid)).resolve("cmdline")).replace('\0', ' ').strip();
  }

  /**
   * Those of one kind count as many of one line: when the last one has idled for long enough it
   * ends, and the next that is needed has the next number.
   */
  private void threads() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      if (name.startsWith("outlive-") && !name.equals(SEGMENT_CLEANER)) {
        add("thread " + NUMBER_AT_END.matcher(name).replaceFirst(""));
      }
    }
  }

  /** Jars, the JDK's own files and devices are opened when they are first needed, and stay open. */
  private void descriptors() {
    String javaHome = System.getProperty("java.home");
    Map<String, Integer> targets = new HashMap<>();
    for (String descriptor : OwnProcess.descriptors()) {
      String target = descriptor.substring(descriptor.indexOf("-> ") + 3);
      boolean lasting =
          target.endsWith(".jar")
              || target.startsWith(javaHome)
              || target.startsWith("/dev/")
              || target.startsWith("/proc/");
      if (!lasting) {
        targets.merge(target, 1, Integer::sum);
      }
    }
    targets.forEach((target, count) -> counts.put("descriptor of " + target, count));
  }

  private void files(Path root, String owner) {
    for (Path run : list(root, owner + "*")) {
      add("run directory " + run);
    }
  }

  /** Sweeping asks of each pool's groups whether to leave them alone: all are. */
  private void controlGroups(String owner) {
    int _ =
        WorkerCgroups.sweep(
            token -> {
              if (token.startsWith(owner)) {
                add("control groups of " + token);
              }
              return true;
            });
  }

  private void pages(Path root) {
    for (String mapped : OwnProcess.mappings()) {
      if (mapped.startsWith(root.toString())) {
        add("mapped page " + mapped);
      }
    }
  }

  /** Of shared memory: what is mapped, and what lies in files. */
  private void segments() {
    for (String mapped : OwnProcess.mappings()) {
      if (mapped.contains(Segments.PREFIX)) {
        add("mapped segment " + mapped);
      }
    }
    for (Path file : list(Program.directory(), Program.current().segmentPrefix() + "*")) {
      add("segment " + file);
    }
  }

  private static List<Path> list(Path folder, String pattern) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
      List<Path> all = new ArrayList<>();
      found.forEach(all::add);
      return all;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new IllegalStateException("cannot look into " + folder, e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // the process is gone, or somebody else's
    }
  }
}
