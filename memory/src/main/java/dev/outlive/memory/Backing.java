package dev.outlive.memory;

import dev.outlive.os.ReservedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What keeps a segment alive for those who have not mapped it yet: a descriptor of its maker, or a
 * file, which may have a second name. Safe for use by many threads.
 */
final class Backing {
  private final int descriptor;
  private final List<Path> files;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** A descriptor of this process. */
  Backing(int descriptor) {
    this.descriptor = descriptor;
    this.files = List.of();
  }

  Backing(List<Path> files) {
    this.descriptor = -1;
    this.files = List.copyOf(files);
  }

  /** Returns what to open. */
  Path path() {
    return descriptor >= 0 ? Path.of("/proc/self/fd", "" + descriptor) : files.getLast();
  }

  /** Returns -1 if it is a file. */
  int descriptor() {
    return descriptor;
  }

  /** From now on nobody can find it who has not mapped it. */
  void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (descriptor >= 0) {
      ReservedFile.close(descriptor);
    }
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new SharedMemoryException("cannot remove " + file, e);
      }
    }
  }
}
