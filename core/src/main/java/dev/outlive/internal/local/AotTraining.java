package dev.outlive.internal.local;

import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.Rehearsal;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.os.Guardian;
import dev.outlive.spi.Frame;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the AOT cache of a pool's workers: a thread that waits until the pool is idle, and then has
 * a worker of its own, of which the pool knows nothing, go through a {@link Rehearsal} and leave.
 * Its JVM writes the cache on its way out.
 *
 * <p>That process has the lowest priority, is watched by the guardian as all workers are, and ends
 * with the pool: a pool that is closed first has made none. One at a time for each user: while
 * another program makes one, and after one that has failed, the thread waits for the next idle
 * moment.
 */
final class AotTraining implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AotTraining.class.getName());
  private static final long LOOK_MILLIS = 500;
  private static final long LIMIT_SECONDS = 120;
  private static final long END_SECONDS = 2;

  private static final String PAGE = "page";

  private static final String NAME = "rehearsal";

  private final AotCache cache;
  private final Path directory;
  private final Guardian guardian;
  private final BooleanSupplier busy;
  private final Function<Path, ProcessBuilder> worker;
  private final Thread thread;
  private @Nullable StartedProcess process; // guarded by this
  private boolean begun; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Creates one that has not begun.
   *
   * @param directory where it may write, gone when the pool is
   * @param busy whether the pool's workers have work
   * @param worker how the process is started that writes a cache to a path
   */
  AotTraining(
      String pool,
      AotCache cache,
      Path directory,
      Guardian guardian,
      BooleanSupplier busy,
      Function<Path, ProcessBuilder> worker) {
    this.cache = cache;
    this.directory = directory;
    this.guardian = guardian;
    this.busy = busy;
    this.worker = worker;
    this.thread =
        Thread.ofPlatform().daemon().name("outlive-" + pool + "-training").unstarted(this::run);
  }

  /** Returns where the page of its process is. */
  static Path page(Path directory) {
    return directory.resolve(PAGE);
  }

  /** A worker is ready: begins to wait for an idle moment, unless there is nothing to make. */
  synchronized void begin() {
    if (!begun && !closed && cache.isWanted()) {
      begun = true;
      thread.start();
    }
  }

  /** Ends it, with its process. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
      if (process != null) {
        process.kill();
      }
    }
    try {
      thread.join(END_SECONDS * 1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (cache.isWanted() && awaitIdle()) {
        cache.directory().create();
        try {
          train();
        } finally {
          RunDirectory.delete(directory);
        }
      }
    } catch (IOException | RuntimeException e) {
      if (!isClosed()) {
        cache.off("cannot be made", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Returns true once the pool was idle at two looks in a row; false if it is closed before. */
  private synchronized boolean awaitIdle() throws InterruptedException {
    boolean idle = false;
    while (!closed) {
      wait(LOOK_MILLIS);
      boolean was = idle;
      idle = !busy.getAsBoolean();
      if (was && idle) {
        return !closed;
      }
    }
    return false;
  }

  private void train() throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                cache.directory().lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && cache.look().isEmpty()) {
        make();
      }
    } catch (OverlappingFileLockException e) {
      // another pool of this program makes one: a later look will find it
    }
  }

  private void make() throws IOException {
    Files.createDirectory(directory);
    Path made = directory.resolve("made.aot");
    Path said = directory.resolve("said");
    try (WorkerPage page = WorkerPage.create(page(directory))) {
      page.offer(0, 1);
      page.offer(1, 2);
    }
    List<Frame> life = life();
    cache.tried();
    StartedProcess started = start(worker.apply(made).redirectError(said.toFile()));
    if (started == null) {
      return;
    }
    boolean whole;
    try {
      new FrameWriter(started.linkOutput()).write(life);
    } catch (IOException gone) {
      // how it has ended is seen next
    } finally {
      whole = started.awaitExit(LIMIT_SECONDS) && started.ending().value() == 0;
      end(started);
    }
    if (whole && Files.isRegularFile(made)) {
      cache.made(made);
    } else {
      LOG.log(Level.DEBUG, "no AOT cache was made; the JVM said: {0}", Files.readString(said));
    }
  }

  private synchronized @Nullable StartedProcess start(ProcessBuilder builder) throws IOException {
    process = closed ? null : new StartedProcess(builder.start(), guardian, true);
    return process;
  }

  /** The JDK closes the link of a process that has exited. */
  private synchronized void end(StartedProcess started) {
    process = null;
    started.kill();
    boolean _ = started.awaitExit(END_SECONDS);
    started.killWhatItStarted();
    started.bury();
  }

  /** All that a pool says to it; what it answers fits into the pipe, and nobody reads it. */
  private static List<Frame> life() throws IOException {
    Items tasks = Items.of(List.of(Rehearsal.shortTask(), Rehearsal.task(), Rehearsal.failure()));
    Items numbers = Items.of(List.of(JavaCodec.encode(1), JavaCodec.encode("two")));
    return Stream.of(
            new Message.Run(1, 0, false, 1, 0, 0, 1, NAME, tasks),
            new Message.Define(1, Rehearsal.function()),
            new Message.Run(2, 1, false, 2, 1, 0, 1, NAME, numbers),
            new Message.Forget(1),
            new Message.Leave(Rehearsal.awaitEnd()))
        .map(MessageCodec::encode)
        .toList();
  }
}
