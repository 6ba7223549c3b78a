package dev.outlive.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A file that is mapped as a whole: one process makes it and writes, others read. Its pages stay
 * where they are until it is unmapped everywhere and deleted, so that a second copy into it costs
 * but the copy. Safe for use by many threads, but for {@link #close}: whoever is at its memory then
 * gets an exception.
 */
public final class MappedFile implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment memory;

  private MappedFile(Arena arena, MemorySegment memory) {
    this.arena = arena;
    this.memory = memory;
  }

  /**
   * Makes a file of zeros that was not there before, with its room reserved, and maps it.
   *
   * @throws NoRoomException if there is not as much room; then there is no file
   * @throws IOException if the file cannot be made
   */
  public static MappedFile create(Path file, long bytes) throws IOException {
    return undisturbed(
        () -> {
          ReservedFile.create(file, bytes);
          try {
            return map(file, MapMode.READ_WRITE, StandardOpenOption.READ, StandardOpenOption.WRITE);
          } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(file);
            throw failed;
          }
        });
  }

  /**
   * Maps a file that another process has made, to be read. Who shortens it meanwhile makes reading
   * an {@code InternalError}.
   *
   * @throws IOException if it is not there, or is no file
   */
  public static MappedFile open(Path file) throws IOException {
    return undisturbed(
        () -> {
          BasicFileAttributes found =
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          if (!found.isRegularFile()) {
            throw new IOException(file + " is not a regular file");
          }
          return map(file, MapMode.READ_ONLY, StandardOpenOption.READ);
        });
  }

  private static MappedFile map(Path file, MapMode mode, StandardOpenOption... options)
      throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, Set.of(options))) {
      return new MappedFile(arena, channel.map(mode, 0, channel.size(), arena));
    } catch (IOException | RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  private interface Work {
    MappedFile done() throws IOException;
  }

  /** An interrupt closes the channel that a thread is at; here it waits until all is done. */
  private static MappedFile undisturbed(Work work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          return work.done();
        } catch (ClosedByInterruptException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns what is mapped. */
  public MemorySegment memory() {
    return memory;
  }

  /** Unmaps it; the file stays. */
  @Override
  public void close() {
    arena.close();
  }
}
