package dev.outlive.systemtests.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.testkit.Crash;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a worker and its link, in the worker itself: the answers go through a pipe of the
 * tap's own, of which it passes on an exact number of bytes and then does what it was told to.
 *
 * <p>The worker writes up to 64 KiB ahead of what was passed on.
 */
@SuppressWarnings("restricted") // a worker has native access
final class LinkTap {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int LINK_OUT = 3;
  private static final long PAUSE_NANOS = 1_000_000;

  private final InputStream answers;
  private final OutputStream link;
  private final WorkerPage page;
  private final int slot;

  private LinkTap(InputStream answers, OutputStream link, WorkerPage page, int slot) {
    this.answers = answers;
    this.link = link;
    this.page = page;
    this.slot = slot;
  }

  /** Passes on that many bytes of what the worker answers from now on, then kills the worker. */
  static void dieAfter(long bytes) {
    LinkTap tap = install();
    tap.start(
        () -> {
          tap.pass(bytes);
          Crash.sigkill();
        });
  }

  /** Passes on that many bytes, waits until the page says that all is done, then kills. */
  static void dieWhenDone(long bytes) {
    LinkTap tap = install();
    tap.start(
        () -> {
          tap.pass(bytes);
          while (SlotWord.phase(tap.page.word(tap.slot)) != Phase.DONE) {
            LockSupport.parkNanos(PAUSE_NANOS);
          }
          Crash.sigkill();
        });
  }

  /** Passes on that many bytes and creates a file; goes on when it is deleted. */
  static void holdAfter(long bytes, Path file) {
    LinkTap tap = install();
    tap.start(
        () -> {
          tap.pass(bytes);
          Files.createFile(file);
          while (Files.exists(file)) {
            LockSupport.parkNanos(PAUSE_NANOS);
          }
          tap.pass(Long.MAX_VALUE);
        });
  }

  /** Returns when the item of the calling task began, on the clock of System.nanoTime. */
  static long began() throws IOException {
    try (WorkerPage page = page()) {
      return page.startedAt(runningSlot(page));
    }
  }

  private interface Job {
    void run() throws IOException;
  }

  private void start(Job job) {
    Thread.ofPlatform()
        .daemon()
        .name("tap")
        .start(
            () -> {
              try {
                job.run();
              } catch (IOException e) {
                System.err.println("the tap failed: " + e);
                Crash.halt(90);
              }
            });
  }

  private void pass(long bytes) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long left = bytes;
    while (left > 0) {
      int read = answers.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        return;
      }
      link.write(buffer, 0, read);
      left -= read;
    }
  }

  private static LinkTap install() {
    try {
      WorkerPage page = page();
      int[] pipe = redirect(answerDescriptor());
      return new LinkTap(
          new FileInputStream("/dev/fd/" + pipe[0]),
          new FileOutputStream("/dev/fd/" + LINK_OUT),
          page,
          runningSlot(page));
    } catch (IOException e) {
      throw new IllegalStateException("no tap on this link", e);
    }
  }

  private static WorkerPage page() throws IOException {
    return WorkerPage.open(Path.of(System.getProperty("java.io.tmpdir")).resolveSibling("page"));
  }

  private static int runningSlot(WorkerPage page) {
    for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
      if (SlotWord.running(page.word(slot))) {
        return slot;
      }
    }
    throw new IllegalStateException("nothing runs in this worker");
  }

  /** The worker opened its end of the link anew: that descriptor is not 3, but the same pipe. */
  private static int answerDescriptor() throws IOException {
    Path link = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(LINK_OUT)));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : all) {
        int number = Integer.parseInt(descriptor.getFileName().toString());
        if (number > 4 && Files.isSymbolicLink(descriptor) && link.equals(target(descriptor))) {
          return number;
        }
      }
    }
    throw new IOException("no descriptor of " + link);
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return Path.of("closed");
    }
  }

  /** Puts a new pipe in the place of a descriptor, and returns the pipe's ends. */
  private static int[] redirect(int descriptor) {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      int made =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("pipe"),
                      FunctionDescriptor.of(JAVA_INT, ADDRESS))
                  .invokeExact(ends);
      int[] pipe = {ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1)};
      int put =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("dup2"),
                      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT))
                  .invokeExact(pipe[1], descriptor);
      if (made != 0 || put != descriptor) {
        throw new IllegalStateException("pipe " + made + ", dup2 " + put);
      }
      return pipe;
    } catch (Throwable thrown) {
      throw new IllegalStateException("no pipe", thrown);
    }
  }
}
