package dev.outlive.os;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this process holds open and mapped, from {@code /proc/self}; nothing where there is none.
 */
public final class OwnProcess {
  private static final Path SELF = Path.of("/proc/self");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final int PATH_COLUMN = 5;

  private OwnProcess() {}

  /** Returns the process id; where there is no {@code /proc} only as fast as the JDK knows it. */
  public static long pid() {
    return target(SELF).map(Long::parseLong).orElseGet(() -> ProcessHandle.current().pid());
  }

  /** Returns one {@code "fd -> target"} for each open descriptor, sorted by number. */
  public static List<String> descriptors() {
    List<String> found = new ArrayList<>();
    for (int descriptor : numbers()) {
      target(descriptor).ifPresent(target -> found.add(descriptor + " -> " + target));
    }
    return found;
  }

  /** Returns the path of each mapped file once, sorted; a deleted one ends in "(deleted)". */
  public static List<String> mappings() {
    Set<String> found = new TreeSet<>();
    if (NativeAccess.linux()) {
      try {
        for (String line : Files.readAllLines(MAPPINGS, StandardCharsets.ISO_8859_1)) {
          String[] columns = line.split(" +", PATH_COLUMN + 1);
          if (columns.length > PATH_COLUMN && columns[PATH_COLUMN].startsWith("/")) {
            found.add(columns[PATH_COLUMN]);
          }
        }
      } catch (IOException unreadable) {
        return List.of();
      }
    }
    return List.copyOf(found);
  }

  /**
   * Marks this process's ends of its pipes to a child close-on-exec, so that what native code of
   * this process starts does not hold them open. The JDK leaves its ends inheritable and closes
   * them only in children that it starts itself. Needs native access; else does nothing.
   *
   * @param pid a child whose standard streams, or descriptors 3 and 4, are still these pipes
   * @return how many descriptors were marked
   */
  public static int closeOnExecTo(long pid) {
    Optional<Libc> libc = Libc.find();
    if (libc.isEmpty()) {
      return 0;
    }
    Set<String> pipes = new TreeSet<>();
    for (int descriptor = 0; descriptor <= 4; descriptor++) {
      target(Path.of("/proc/" + pid + "/fd/" + descriptor))
          .filter(target -> target.startsWith("pipe:"))
          .ifPresent(pipes::add);
    }
    return closeOnExec(libc.get(), pipes);
  }

  /** Marks every descriptor of this process, but its standard streams, that is one of the pipes. */
  static int closeOnExec(Libc libc, Set<String> pipes) {
    int marked = 0;
    for (int descriptor : numbers()) {
      boolean shared = descriptor > 2 && target(descriptor).filter(pipes::contains).isPresent();
      if (shared && libc.closeOnExec(descriptor) == 0) {
        marked++;
      }
    }
    return marked;
  }

  /** Returns what a descriptor of this process is, such as {@code pipe:[4711]} or a path. */
  static Optional<String> target(int descriptor) {
    return target(DESCRIPTORS.resolve(Integer.toString(descriptor)));
  }

  private static Optional<String> target(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException | UnsupportedOperationException closedMeanwhile) {
      return Optional.empty();
    }
  }

  /**
   * The descriptor that reads the folder is among them, and is closed before anyone asks for it.
   */
  private static Set<Integer> numbers() {
    Set<Integer> numbers = new TreeSet<>();
    String[] names = NativeAccess.linux() ? new File(DESCRIPTORS.toString()).list() : null;
    if (names != null) {
      for (String name : names) {
        numbers.add(Integer.parseInt(name));
      }
    }
    return numbers;
  }
}
