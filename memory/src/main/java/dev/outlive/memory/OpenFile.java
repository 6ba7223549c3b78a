package dev.outlive.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The open file of a segment, closed at the end of its block unless somebody keeps it. */
final class OpenFile implements AutoCloseable {
  private final FileChannel channel;
  private boolean kept;

  OpenFile(Path path) throws IOException {
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  long size() throws IOException {
    return channel.size();
  }

  MemorySegment map(long bytes, Arena arena) throws IOException {
    return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
  }

  FileChannel keep() {
    kept = true;
    return channel;
  }

  @Override
  public void close() throws IOException {
    if (!kept) {
      channel.close();
    }
  }
}
