package dev.outlive.os;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * The program that this process belongs to: the outermost of those that started each other, which
 * is this process itself unless its environment says otherwise. What lies in the file system for
 * all of them is the program's, and goes when it ends.
 *
 * <pre>
 *   OUTLIVE_PROGRAM=PID-START-NAMESPACE        or with "-portable": it has no native access
 *   OUTLIVE_SEGMENTS=DIRECTORY                 where segments lie; without it /dev/shm, or else java.io.tmpdir
 * </pre>
 *
 * @param root the process that is the program
 * @param namespace the number of its pid namespace: in others its pid means nothing; 0 if unknown
 * @param self whether it is this process
 * @param portable whether it has no native access, so that what its workers make must be of use
 *     without
 */
public record Program(ProcessIdentity root, long namespace, boolean self, boolean portable) {
  private static final String VARIABLE = "OUTLIVE_PROGRAM";
  private static final String DIRECTORY = "OUTLIVE_SEGMENTS";
  private static final Path MEMORY = Path.of("/dev/shm");

  /** What comes after {@link Segments#PREFIX} in the second names of files. */
  public static final String NAMED = "-name-";

  private static final String PORTABLE = "portable";
  private static final AtomicBoolean REMOVING = new AtomicBoolean();

  /** Returns the program of this process. */
  public static Program current() {
    return Current.PROGRAM;
  }

  /** Tells a process that is about to be started which program it belongs to. */
  public static void tell(Map<String, String> environment) {
    Program program = current();
    environment.put(VARIABLE, program.token() + (program.portable ? "-" + PORTABLE : ""));
    if (chosenDirectory().isEmpty() && !directory().equals(MEMORY)) {
      environment.put(DIRECTORY, directory().toString());
    }
    program.removeSegmentsAtEnd();
  }

  /** Returns the program as one word for the name of a file, {@code PID-START-NAMESPACE}. */
  public String token() {
    return root.token() + "-" + namespace;
  }

  /** Returns whether somebody has said where segments are to lie. */
  public static Optional<Path> chosenDirectory() {
    return Optional.ofNullable(System.getenv(DIRECTORY)).filter(d -> !d.isBlank()).map(Path::of);
  }

  /** Returns where segments lie that have a name. */
  public static Path directory() {
    return Current.DIRECTORY;
  }

  /** Returns how the names of a program's segments begin. */
  public String segmentPrefix() {
    return Segments.PREFIX + "-" + token() + "-";
  }

  /** Has the segments of this program removed when this process ends, if it is the program. */
  public void removeSegmentsAtEnd() {
    if (self && REMOVING.compareAndSet(false, true)) {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("outlive-segments-end")
                  .unstarted(() -> removeSegments(token()::equals)));
    }
  }

  /** Removes what programs have left that have ended. */
  public static void sweepSegments() {
    removeSegments(token -> !mayBeAlive(token));
  }

  /**
   * Returns whether a program may still run: of those in other pid namespaces nobody knows.
   *
   * @param token what its {@link #token} was
   */
  public static boolean mayBeAlive(String token) {
    int dash = token.lastIndexOf('-');
    if (dash < 0 || !token.substring(dash + 1).equals(Long.toString(current().namespace))) {
      return true;
    }
    Optional<ProcessIdentity> owner = ProcessIdentity.parse(token.substring(0, dash));
    return owner.isEmpty() || owner.get().isAlive();
  }

  /**
   * A file is {@code outlive-segment-PID-START-NAMESPACE-…}, its second name, if it has one, {@code
   * outlive-segment-name-…}: that one goes with the first.
   */
  private static void removeSegments(Predicate<String> ofProgram) {
    for (Path file : segments("-[0-9]*-*")) {
      String[] words = file.getFileName().toString().split("-", 6);
      if (words.length == 6 && ofProgram.test(words[2] + "-" + words[3] + "-" + words[4])) {
        remove(file);
      }
    }
    for (Path name : segments(NAMED + "*")) {
      if (isLeftOver(name)) {
        remove(name);
      }
    }
  }

  /** Returns whether a second name is all that is left of a file, or not even that. */
  public static boolean isLeftOver(Path secondName) {
    try {
      return !(Files.getAttribute(secondName, "unix:nlink") instanceof Integer links) || links < 2;
    } catch (IOException gone) {
      return true;
    } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
      return false;
    }
  }

  private static List<Path> segments(String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory(), Segments.PREFIX + pattern)) {
      files.forEach(found::add);
    } catch (IOException | DirectoryIteratorException gone) {
      // then there is nothing to remove
    }
    return found;
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException notOurs) {
      // it is for its owner
    }
  }

  private static Program find() {
    ProcessIdentity own =
        ProcessIdentity.of(ProcessHandle.current().pid())
            .orElseThrow(() -> new IllegalStateException("this process does not find itself"));
    long namespace = ownNamespace();
    Program alone = new Program(own, namespace, true, !NativeAccess.enabled());
    return Optional.ofNullable(System.getenv(VARIABLE))
        .flatMap(value -> parse(value, own))
        .filter(told -> told.namespace == namespace && told.root.isAlive())
        .orElse(alone);
  }

  private static Optional<Program> parse(String value, ProcessIdentity own) {
    String[] words = value.split("-", -1);
    try {
      if (words.length < 3) {
        return Optional.empty();
      }
      ProcessIdentity root =
          new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1]));
      boolean portable = words.length > 3 && words[3].equals(PORTABLE);
      return Optional.of(new Program(root, Long.parseLong(words[2]), root.equals(own), portable));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static long ownNamespace() {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return Long.parseLong(link.replaceAll("[^0-9]", ""));
    } catch (IOException | UnsupportedOperationException | NumberFormatException notLinux) {
      return 0;
    }
  }

  /** Found at first use. */
  private static final class Current {
    static final Program PROGRAM = find();
    static final Path DIRECTORY =
        chosenDirectory()
            .orElseGet(
                () ->
                    Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)
                        ? MEMORY
                        : Path.of(System.getProperty("java.io.tmpdir")));
  }
}
