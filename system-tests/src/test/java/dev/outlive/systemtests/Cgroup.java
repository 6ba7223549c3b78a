package dev.outlive.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group of version 1 of our own; a test that needs one is aborted where none can be. */
public final class Cgroup implements AutoCloseable {
  private final Path directory;

  private Cgroup(Path directory) {
    this.directory = directory;
  }

  /** Makes a group below that of this process. */
  public static Cgroup create(String controller) throws IOException {
    String own = of("self", controller);
    Path parent = Path.of("/sys/fs/cgroup", controller, own);
    assumeTrue(!own.isEmpty() && Files.isWritable(parent), "no cgroups of " + controller + " here");
    Path directory =
        parent.resolve("outlive-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    Files.createDirectory(directory);
    return new Cgroup(directory);
  }

  /** Returns the group that a process is in; it is not ours to close. */
  public static Cgroup around(long pid, String controller) throws IOException {
    return new Cgroup(Path.of("/sys/fs/cgroup", controller, of(Long.toString(pid), controller)));
  }

  private static String of(String process, String controller) throws IOException {
    return Files.readAllLines(Path.of("/proc", process, "cgroup")).stream()
        .filter(line -> line.contains(":" + controller + ":"))
        .map(line -> line.substring(line.lastIndexOf(':') + 1))
        .findFirst()
        .orElse("");
  }

  public void set(String file, String value) throws IOException {
    Files.writeString(directory.resolve(file), value);
  }

  public String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  /** Its path within the hierarchy, as {@code /proc/PID/cgroup} shows it. */
  public String path() {
    String mounted = directory.toString().substring("/sys/fs/cgroup/".length());
    return mounted.substring(mounted.indexOf('/'));
  }

  /** A line of sh that moves the shell, and what it becomes, into the group. */
  public String join() {
    return "echo $$ > '" + directory.resolve("cgroup.procs") + "'";
  }

  /** Moves all that is in it to the group around it, and removes it. */
  public void dissolve() throws IOException {
    for (String pid : read("cgroup.procs").lines().toList()) {
      Files.writeString(directory.resolveSibling("cgroup.procs"), pid);
    }
    close();
  }

  /** Removes the group, once its last process is gone. */
  @Override
  public void close() {
    Await.until(
        directory + " is removed",
        () -> {
          try {
            Files.deleteIfExists(directory);
            return true;
          } catch (IOException busy) {
            return false;
          }
        });
  }
}
