package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnProcessTest {
  @AutoClose private final Processes processes = new Processes();
  @TempDir private Path directory;

  @Test
  void anOpenFileIsSeenUntilItIsClosed() throws IOException {
    Path file = Files.createFile(directory.resolve("open here.txt"));
    try (InputStream open = Files.newInputStream(file)) {
      assertThat(OwnProcess.descriptors()).anyMatch(line -> line.endsWith(" -> " + file));
    }
    assertThat(OwnProcess.descriptors()).noneMatch(line -> line.endsWith(" -> " + file));
  }

  @Test
  void readingItLeavesNothingInIt() {
    assertThat(OwnProcess.descriptors()).noneMatch(line -> line.endsWith("/fd"));
  }

  @Test
  void aMappedFileIsSeenUntilItIsUnmapped() throws IOException {
    Path file = Files.write(directory.resolve("mapped here.bin"), new byte[4096]);
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      channel.map(MapMode.READ_ONLY, 0, 4096, arena);
      assertThat(OwnProcess.mappings()).contains(file.toString());
    }
    assertThat(OwnProcess.mappings()).doesNotContain(file.toString());
  }

  @Test
  void pipesToAChildAreMarkedCloseOnExec() throws IOException {
    Process child = new ProcessBuilder("sleep", "600").start();
    processes.track(child);
    assertThat(OwnProcess.closeOnExecTo(child.pid())).isEqualTo(3);
    assertThat(OwnProcess.closeOnExecTo(Integer.MAX_VALUE)).isZero();
  }
}
