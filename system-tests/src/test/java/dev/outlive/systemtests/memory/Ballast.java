package dev.outlive.systemtests.memory;

import dev.outlive.systemtests.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A process that is no pool's and holds memory until it is closed. */
final class Ballast implements AutoCloseable {
  private final Process process;

  private Ballast(Process process) {
    this.process = process;
  }

  /** Fills the group until only so much is free; returns once it has. */
  static Ballast leaving(int freeMebibytes, MemoryGroup group) throws IOException {
    long bytes = group.freeBytes() - freeMebibytes * MemoryGroup.MEBI;
    return of((int) (bytes / MemoryGroup.MEBI), group);
  }

  /** Takes that much in the group; returns once it holds all of it. */
  static Ballast of(int mebibytes, MemoryGroup group) throws IOException {
    // dd has filled its block before it begins to write it, here to a pipe that nobody reads
    String line =
        group.join() + "; exec dd if=/dev/zero iflag=fullblock count=1 bs=" + mebibytes + "M";
    Process process = new ProcessBuilder("sh", "-c", line).start();
    Await.until(
        "a ballast of " + mebibytes + " MiB",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
          }
          return process.getInputStream().available() > 0;
        });
    return new Ballast(process);
  }

  /** Gives the memory back; returns once it has. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
