package dev.outlive.systemtests.matrix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Ways as threads have them: what they throw goes uncaught. */
final class Deed {
  private static final long LOOK_NANOS = 2_000_000;

  private Deed() {}

  static Runnable of(Way way) {
    return () -> {
      try {
        way.go();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** Starts a daemon thread that does it once the file is there, named after this process. */
  static void onSign(Way way, String directory) {
    Path sign = sign(Path.of(directory), ProcessHandle.current().pid());
    Runnable deed = of(way);
    Thread.ofPlatform()
        .daemon()
        .name("deed")
        .start(
            () -> {
              while (!Files.exists(sign)) {
                LockSupport.parkNanos(LOOK_NANOS);
              }
              deed.run();
            });
  }

  static Path sign(Path directory, long pid) {
    return directory.resolve("go-" + pid);
  }
}
