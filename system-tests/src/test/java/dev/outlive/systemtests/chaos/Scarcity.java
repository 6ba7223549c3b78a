package dev.outlive.systemtests.chaos;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Something of which there is none left for a while, again and again. */
abstract sealed class Scarcity implements Disturbance {
  private final Kind kind;

  Scarcity(Kind kind) {
    this.kind = kind;
  }

  /** Uses up all there is. */
  abstract void use() throws IOException;

  /** Gives it back. */
  abstract void release() throws IOException;

  @Override
  public boolean fromTheFirst() {
    return false;
  }

  @Override
  public void disturb(Scene scene) throws Exception {
    scene.injector().about(kind, 0, 0);
    use(); // once for nothing, so that the classes for it are there
    release();
    while (scene.goesOn().getAsBoolean()) {
      scene.pause(50, 600);
      scene.injector().about(kind, 0, 0);
      try {
        use();
        scene.injector().done(kind, 0, 0);
        scene.pause(20, 600);
      } finally {
        release();
      }
    }
  }

  /** Of the disk that the directory for temporary files is on, which must be a small one. */
  static final class OfDisk extends Scarcity {
    private static final long LARGEST = 64 << 20;

    private final Path file = Path.of(System.getProperty("java.io.tmpdir"), "ballast");
    private final byte[] block = new byte[1 << 16];

    OfDisk() {
      super(Kind.DISK_FULL);
    }

    @Override
    void use() throws IOException {
      long total = Files.getFileStore(file.getParent()).getTotalSpace();
      if (total > LARGEST) {
        throw new IllegalStateException("a disk of " + total + " bytes is not ours to fill");
      }
      try (OutputStream out = Files.newOutputStream(file)) {
        for (int size = block.length; size > 0; size /= 2) {
          fill(out, size);
        }
      }
    }

    private void fill(OutputStream out, int size) {
      try {
        while (true) {
          out.write(block, 0, size);
        }
      } catch (IOException full) {
        // that was the last block of this size
      }
    }

    @Override
    void release() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /** Of this process's descriptors. */
  static final class OfDescriptors extends Scarcity {
    private final List<FileInputStream> held = new ArrayList<>();

    OfDescriptors() {
      super(Kind.DESCRIPTORS);
    }

    @Override
    void use() {
      try {
        while (true) {
          held.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException none) {
        // that was the last one
      }
    }

    @Override
    void release() throws IOException {
      for (FileInputStream one : held) {
        one.close();
      }
      held.clear();
    }
  }
}
