package dev.outlive.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A worker that holds the mark in a file, and much memory, and ends as its input says. */
final class MarkHolder {
  private MarkHolder() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    WorkerArming.arm(ProcessHandle.current().parent().orElseThrow().pid(), Optional.of(map(file)));
    MemorySegment ballast = Arena.global().allocate(Long.parseLong(arguments[1]));
    ballast.fill((byte) 1);
    System.out.println("ready");
    switch (System.in.read()) {
      case 'e' -> System.exit(0);
      case 'h' -> Runtime.getRuntime().halt(3);
      default -> throw new IllegalStateException("nobody said how to end");
    }
  }

  static MemorySegment map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, DeathMark.BYTES, Arena.global());
    }
  }
}
