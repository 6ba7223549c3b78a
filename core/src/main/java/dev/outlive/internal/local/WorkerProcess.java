package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.CrashReport;
import dev.outlive.internal.diagnosis.Diagnostician;
import dev.outlive.internal.diagnosis.Findings;
import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.OwnProcess;
import dev.outlive.os.ProcessGroup;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.WorkerHandle;
import dev.outlive.spi.WorkerObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One worker process, from its start to its diagnosed death.
 *
 * <p>Four threads belong to it: {@code -link} reads frames, {@code -send} writes them, {@code
 * -output} takes what it prints, {@code -exit} waits for its end and then does all that follows:
 * kills its group, waits until the link is drained, collects the evidence and tells the pool. None
 * of them runs code of the user's.
 */
final class WorkerProcess implements WorkerHandle {
  /** How long the link may stay open after the exit: only a stray child can hold it then. */
  private static final long DRAIN_MILLIS = 2_000;

  /** How long the output may stay open after the exit; it is not waited for where it matters. */
  private static final long OUTPUT_MILLIS = 50;

  private static final long REAP_SECONDS = 10;
  private static final int TAIL_BYTES = 8 << 10;
  private static final long FRAME_SLACK_BYTES = 32 << 20;

  private static final Frame END = new Frame((byte) 0, empty(), empty());

  private final LocalBackend backend;
  private final int number;
  private final WorkerObserver observer;
  private final BlockingQueue<Frame> outgoing = new LinkedBlockingQueue<>();
  private final OutputTail output = new OutputTail();
  private final CountDownLatch linkEnded = new CountDownLatch(1);
  private final CountDownLatch outputEnded = new CountDownLatch(1);
  private final AtomicReference<@Nullable KillReason> killReason = new AtomicReference<>();

  private final Object lock = new Object();
  private @Nullable Process process; // guarded by lock
  private @Nullable ProcessGroup group; // guarded by lock
  private boolean killed; // guarded by lock

  /** Serialises what the observer is told; held while it is told, so never taken under lock. */
  private final Object observerLock = new Object();

  private boolean dying; // guarded by observerLock
  private boolean dead; // guarded by observerLock

  private volatile PageOwner page = PageOwner.NONE;
  private volatile boolean ready;
  private volatile boolean bye;
  private volatile String problem = "";

  WorkerProcess(LocalBackend backend, int number, WorkerObserver observer) {
    this.backend = backend;
    this.number = number;
    this.observer = observer;
  }

  private static java.nio.ByteBuffer empty() {
    return java.nio.ByteBuffer.allocate(0);
  }

  // ---- start

  /** Starts the process. On the backend's launching thread. */
  void start() {
    Path own;
    Process started;
    try {
      own = backend.directory().createForWorker(number);
      page = PageOwner.create(own.resolve("page"));
      started = command(own).start();
    } catch (IOException | RuntimeException e) {
      problem = String.valueOf(e.getMessage());
      Thread.ofPlatform().daemon().name(threadName("exit")).start(() -> report(-1, null));
      return;
    }
    Optional<ProcessIdentity> identity = ProcessIdentity.of(started.pid());
    identity.ifPresent(backend.guardian()::watch);
    boolean killedBefore;
    synchronized (lock) {
      process = started;
      group = identity.map(ProcessGroup::new).orElse(null);
      killedBefore = killed;
    }
    if (killedBefore) {
      killNow();
    }
    observer.started(started.pid());
    startThread("link", () -> readLink(started.getInputStream()));
    startThread("send", () -> writeLink(started.getOutputStream()));
    startThread("output", () -> readOutput(started.getErrorStream()));
    startThread("exit", () -> awaitExit(started, own));
  }

  private ProcessBuilder command(Path own) {
    LocalSettings settings = backend.settings();
    WorkerArguments arguments =
        new WorkerArguments(
            backend.startLine(),
            own.resolve("page"),
            number,
            ProcessHandle.current().pid(),
            settings.maxResultBytes(),
            settings.pool());
    ProcessBuilder builder =
        new ProcessBuilder(
            backend
                .startLine()
                .wrap(
                    backend
                        .command()
                        .forWorker(
                            own.resolve("hs_err_pid%p.log"),
                            own.resolve("tmp"),
                            arguments.toCommandLine())));
    settings.workingDirectory().ifPresent(directory -> builder.directory(directory.toFile()));
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    environment.putAll(settings.environment());
    return builder;
  }

  private void startThread(String job, Runnable body) {
    Thread.ofPlatform().daemon().name(threadName(job)).start(body);
  }

  private String threadName(String job) {
    return "outlive-" + backend.settings().pool() + "-w" + number + "-" + job;
  }

  // ---- the link

  private void readLink(InputStream in) {
    FrameReader reader =
        new FrameReader(
            in,
            Math.min(
                Integer.MAX_VALUE - 64, backend.settings().maxResultBytes() + FRAME_SLACK_BYTES));
    try {
      for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
        receive(frame);
      }
    } catch (ProtocolException e) {
      problem = String.valueOf(e.getMessage());
      kill(KillReason.PROTOCOL);
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    linkEnded.countDown();
    tellDying();
  }

  private void receive(Frame frame) {
    boolean first = MessageCodec.isReady(frame) && !ready;
    ready |= first;
    bye |= MessageCodec.isBye(frame);
    synchronized (observerLock) {
      if (!dead) {
        observer.received(frame);
      }
    }
    if (first) {
      closeLinkInOthers();
    }
  }

  /** What native code of this JVM starts must not hold the pool's ends of the link open. */
  private void closeLinkInOthers() {
    Process started;
    synchronized (lock) {
      started = process;
    }
    if (started != null) {
      OwnProcess.closeOnExecTo(started.pid());
    }
  }

  private void tellDying() {
    synchronized (observerLock) {
      if (!dying && !dead) {
        dying = true;
        observer.dying();
      }
    }
  }

  private void writeLink(OutputStream out) {
    FrameWriter writer = new FrameWriter(out);
    List<Frame> batch = new ArrayList<>();
    try {
      while (true) {
        batch.clear();
        batch.add(outgoing.take());
        outgoing.drainTo(batch);
        boolean end = batch.remove(END);
        writer.write(batch);
        if (end) {
          out.close();
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      // the worker is gone: its death is told by those who saw it
    }
  }

  private void readOutput(InputStream in) {
    output.readFrom(in);
    outputEnded.countDown();
  }

  @Override
  public void offer(int slot, long delivery, int item) {
    page.offer(slot, delivery, item);
  }

  @Override
  public void send(Frame frame) {
    outgoing.add(frame);
  }

  @Override
  public Revocation revoke(int slot, long delivery, boolean unbegunOnly, long limitNanos) {
    return page.revoke(slot, delivery, unbegunOnly, limitNanos, System.nanoTime());
  }

  // ---- the end

  @Override
  public void kill(KillReason reason) {
    killReason.compareAndSet(null, reason);
    boolean now;
    synchronized (lock) {
      killed = true;
      now = process != null;
    }
    if (now) {
      killNow();
    }
  }

  private void killNow() {
    Process victim;
    ProcessGroup all;
    synchronized (lock) {
      victim = process;
      all = group;
    }
    if (all == null || !all.kill()) {
      if (all != null) {
        backend.guardian().kill(all.leader());
      }
      if (victim != null) {
        // by its handle: Process.destroyForcibly would close the link with what is still in it
        victim.toHandle().destroyForcibly();
      }
    }
  }

  private void awaitExit(Process started, Path own) {
    int exit = waitFor(started);
    tellDying();
    endGroup();
    await(linkEnded, DRAIN_MILLIS);
    await(outputEnded, OUTPUT_MILLIS);
    outgoing.add(END);
    report(exit, own);
  }

  /** Returns the exit value, or -1 for a process that does not go although it was killed. */
  private int waitFor(Process started) {
    long killedSince = 0;
    while (true) {
      try {
        if (started.waitFor(REAP_SECONDS / 2, TimeUnit.SECONDS)) {
          return started.exitValue();
        }
        boolean wasKilled = killReason.get() != null;
        if (wasKilled && killedSince == 0) {
          killedSince = System.nanoTime();
        }
        if (wasKilled && System.nanoTime() - killedSince > TimeUnit.SECONDS.toNanos(REAP_SECONDS)) {
          problem = "the process was killed and is still there: it hangs in the kernel";
          return -1;
        }
      } catch (InterruptedException e) {
        // nobody interrupts this thread to any purpose
      }
    }
  }

  /** What the worker's tasks have started goes with it, before anybody waits for a pipe to end. */
  private void endGroup() {
    ProcessGroup all;
    synchronized (lock) {
      all = group;
    }
    if (all != null && backend.startLine().ownSession()) {
      if (!all.kill()) {
        backend.guardian().kill(all.leader());
      }
    }
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(int exit, @Nullable Path own) {
    PageOwner last = page;
    Process ended;
    ProcessGroup all;
    synchronized (lock) {
      ended = process;
      all = group;
    }
    long pid = ended == null ? 0 : ended.pid();
    Findings findings =
        new Findings(
            number,
            pid,
            exit,
            ready,
            bye,
            last.leaving(),
            killReason.get(),
            problem,
            last.describe(),
            own == null ? Optional.empty() : crashReport(own.resolve("hs_err_pid" + pid + ".log")),
            output.last(TAIL_BYTES));
    Death death = new Death(Diagnostician.diagnose(findings), last.standings());
    last.close();
    if (all != null) {
      all.reapOrphans();
      backend.guardian().forget(all.leader());
    }
    if (own != null) {
      RunDirectory.delete(own);
    }
    synchronized (observerLock) {
      if (!dying) {
        dying = true;
        observer.dying();
      }
      dead = true;
    }
    observer.died(death);
  }

  private Optional<CrashReport> crashReport(Path file) {
    return CrashReport.read(file)
        .map(
            report ->
                new CrashReport(
                    backend.directory().keep(file),
                    report.signal(),
                    report.frame(),
                    report.thread()));
  }
}
