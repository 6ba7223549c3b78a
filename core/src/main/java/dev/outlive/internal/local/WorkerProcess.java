package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Ending;
import dev.outlive.internal.diagnosis.Held;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.os.DeathWatch;
import dev.outlive.os.NativeAccess;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.ProcessStat;
import dev.outlive.os.Spawn;
import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import dev.outlive.spi.Vitals;
import dev.outlive.spi.WorkerHandle;
import dev.outlive.spi.WorkerObserver;
import dev.outlive.task.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One worker process, from its start to its diagnosed death.
 *
 * <p>Four threads belong to it: {@code -link} reads frames, {@code -send} writes them, {@code
 * -output} takes what it prints, {@code -exit} waits for its end and then does all that follows:
 * kills its group, waits until the link is drained, collects the evidence and tells the pool. None
 * of them runs code of the user's. Long, as the one place where the life of a worker is told.
 */
final class WorkerProcess implements WorkerHandle, VitalSigns.Listener {
  /** How long the link may stay open after the exit: only a stray child can hold it then. */
  private static final long DRAIN_MILLIS = 2_000;

  /** How long the output may stay open after the exit; it is not waited for where it matters. */
  private static final long OUTPUT_MILLIS = 500;

  private static final long REAP_SECONDS = 10;

  private final LocalBackend backend;
  private final int number;
  private final MemoryPlan memory;
  private final ToldInOrder observer;
  private final PoolLink link;
  private final long outputToken;
  private final OutputReader output;
  private final CountDownLatch outputEnded = new CountDownLatch(1);

  /** Asked after the process is set, as the process is asked for after a reason is noted. */
  private final Kill kill = new Kill();

  private final AtomicReference<@Nullable StartedProcess> process = new AtomicReference<>();

  private volatile PageOwner page = PageOwner.NONE;
  private volatile boolean ready;
  private volatile boolean bye;
  private volatile boolean dies;
  private volatile String problem = "";
  private volatile @Nullable Watched vitals;
  private volatile DeathWatch.@Nullable Watch notice;
  private volatile OwnGroup group = OwnGroup.NONE;
  private volatile Optional<Path> aot = Optional.empty();

  WorkerProcess(LocalBackend backend, int number, MemoryPlan memory, WorkerObserver observer) {
    this.backend = backend;
    this.number = number;
    this.memory = memory;
    this.observer = new ToldInOrder(observer);
    this.link = new PoolLink(backend.settings().maxResultBytes());
    this.outputToken = backend.settings().tagsOutput() ? OutputReader.newToken() : 0;
    this.output = new OutputReader(outputToken, observer.output());
  }

  // ---- start

  /** Starts the process. On the backend's launching thread. */
  void start() {
    Path own;
    StartedProcess started;
    try {
      own = backend.directory().createForWorker(number);
      page = PageOwner.create(own.resolve("page"));
      group = backend.group(number, memory);
      aot = backend.aot(memory);
      started =
          new StartedProcess(
              Spawn.start(backend.process(number, own, memory, group, aot, outputToken)),
              backend.guardian(),
              backend.startLine().ownSession());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      problem = String.valueOf(e.getMessage());
      report(null, Ending.NONE, kill.end());
      return;
    }
    process.set(started);
    if (kill.endIsDue()) {
      started.kill();
    }
    vitals = started.identity().map(this::watch).orElse(null);
    observer.started(started.pid());
    notice = page.mark().map(mark -> backend.deaths().watch(mark, this::dies)).orElse(null);
    startThreads(started);
  }

  /** A machine that has no threads left is no reason for a worker that nobody waits for. */
  private void startThreads(StartedProcess started) {
    try {
      startThread("link", () -> readLink(started));
      startThread("send", () -> link.write(started.linkOutput()));
      startThread("output", () -> readOutput(started));
      startThread("exit", () -> awaitExit(started));
    } catch (OutOfMemoryError e) {
      problem = "this program could not start a thread for it: " + e.getMessage();
      started.kill();
      awaitExit(started);
    }
  }

  private Watched watch(ProcessIdentity identity) {
    boolean debugged =
        backend.settings().jvmArgs().stream().anyMatch(option -> option.contains("jdwp"));
    PageOwner own = page;
    VitalSigns.Signs signs =
        new VitalSigns.Signs(
            number,
            own::beats,
            () -> own.heapAt(System.nanoTime()),
            own::heap,
            own::leaving,
            debugged);
    long recycleAbove = backend.settings().memory().recycleAbove().map(Bytes::count).orElse(0L);
    MemoryGauge gauge = new MemoryGauge(memory.limitBytes(), recycleAbove);
    if (backend.settings().memory().learns()) {
      gauge.learns();
    }
    return backend.vitals().watch(identity, signs, gauge, this);
  }

  private void startThread(String job, Runnable body) {
    String name = "outlive-" + backend.settings().pool() + "-w" + number + "-" + job;
    Thread.ofPlatform().daemon().name(name).start(body);
  }

  // ---- what it says

  private void readLink(StartedProcess started) {
    try {
      link.read(started.linkInput(), page, frames -> receive(started, frames));
    } catch (ProtocolException e) {
      killFor(KillReason.PROTOCOL, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) { // no file left, no class
      killFor(KillReason.PROTOCOL, "its message could not be taken: " + e);
    }
    observer.dying();
  }

  private void receive(StartedProcess started, List<Frame> frames) {
    boolean first = !ready && frames.stream().anyMatch(MessageCodec::isReady);
    ready |= first;
    bye |= frames.stream().anyMatch(MessageCodec::isBye);
    observer.received(frames);
    Watched watched = vitals;
    if (first && watched != null) {
      watched.settled(group);
    }
    if (first) {
      backend.ready(this);
      started.closeLinkInOthers();
    }
  }

  private void readOutput(StartedProcess started) {
    try {
      output.readFrom(started.output());
    } finally {
      outputEnded.countDown();
    }
  }

  // ---- what the pool wants

  @Override
  public void offer(int slot, long delivery, int item) {
    page.offer(slot, delivery, item);
  }

  @Override
  public void send(Frame frame) {
    link.send(List.of(frame));
  }

  @Override
  public void send(List<Frame> frames) {
    link.send(frames);
  }

  @Override
  public Revocation revoke(int slot, long delivery, boolean unbegunOnly, long limitNanos) {
    return page.revoke(slot, delivery, unbegunOnly, limitNanos, System.nanoTime());
  }

  /** Returns whether it has something to do. */
  boolean atWork() {
    return page.atWork();
  }

  @Override
  public Vitals vitals(long sinceNanos) {
    Watched watched = vitals;
    OptionalLong held = watched == null ? OptionalLong.empty() : watched.gauge().heldBytes();
    PageOwner own = page;
    return new Vitals(held, peakSince(sinceNanos), own.progressDone(), own.progressTotal());
  }

  private OptionalLong peakSince(long nanos) {
    Watched watched = vitals;
    return watched == null ? OptionalLong.empty() : watched.gauge().peakSince(nanos);
  }

  @Override
  public void kill(KillReason reason, String evidence) {
    killFor(reason, evidence);
  }

  @Override
  public void frozen(String evidence) {
    killFor(KillReason.FROZEN, evidence);
  }

  @Override
  public void hungExit(String evidence) {
    killFor(KillReason.HUNG_EXIT, evidence);
  }

  @Override
  public void overLimit(Held held) {
    killFor(KillReason.MEMORY_LIMIT, held.evidence());
  }

  @Override
  public void grown(long heldBytes, long limitBytes) {
    observer.grown(heldBytes, limitBytes);
  }

  private void killFor(KillReason reason, String evidence) {
    StartedProcess victim = process.get();
    if (victim != null && (dies || isForSlowEnd(reason)) && isEnding(victim)) {
      kill.tooLate(); // something else has killed it, and it only takes its time to go
    }
    boolean first = kill.meant(reason, evidence);
    if (victim != null && !(first && ready && asksForStacks(reason) && killsAfterDump(victim))) {
      victim.kill();
    }
  }

  private static boolean isForSlowEnd(KillReason reason) {
    return reason == KillReason.LINK_CLOSED || reason == KillReason.HUNG_EXIT;
  }

  /** With much memory, or on a machine without a processor to spare, that takes seconds. */
  private static boolean isEnding(StartedProcess victim) {
    return NativeAccess.linux()
        && ProcessStat.read(victim.pid()).map(ProcessStat::ending).orElse(true);
  }

  private boolean asksForStacks(KillReason reason) {
    return switch (reason) {
      case TIMEOUT, FROZEN, START_TIMEOUT -> true;
      case MEMORY_LIMIT, PREEMPTED -> false; // it must not take more meanwhile
      case CANCELLED -> backend.settings().stacksOnCancel();
      case SHUTDOWN, ABORTED, UNRESPONSIVE, HUNG_EXIT, LINK_CLOSED, PROTOCOL -> false;
    };
  }

  /** Returns false if there is no thread for it, or nobody to ask. */
  private boolean killsAfterDump(StartedProcess victim) {
    Optional<ProcessIdentity> identity = victim.identity();
    if (identity.isEmpty()) {
      return false;
    }
    try {
      startThread("stacks", () -> killAfterDump(victim, identity.get()));
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  private void killAfterDump(StartedProcess victim, ProcessIdentity identity) {
    try {
      kill.dumped(ThreadDump.take(identity, output.dumps(), backend.guardian(), ThreadDump.LIMIT));
    } finally {
      victim.kill();
    }
  }

  // ---- the end

  /** The kernel has begun to end it; its memory, and with it the exit, may take a second yet. */
  private void dies() {
    dies = true;
    observer.dying();
  }

  private void awaitExit(StartedProcess started) {
    boolean gone = awaitGone(started);
    Kill.Sent sent = kill.end();
    observer.dying();
    started.killWhatItStarted();
    link.awaitEnd(DRAIN_MILLIS);
    output.hurry();
    awaitOutput();
    link.close();
    report(started, gone ? started.ending() : Ending.NONE, sent);
  }

  /** Returns false for a process that does not go although it was killed. */
  private boolean awaitGone(StartedProcess started) {
    long killedSince = 0;
    while (!started.awaitExit(REAP_SECONDS / 2)) {
      boolean due = kill.endIsDue();
      if (due && killedSince == 0) {
        killedSince = System.nanoTime();
      }
      if (due && System.nanoTime() - killedSince > TimeUnit.SECONDS.toNanos(REAP_SECONDS)) {
        problem = "the process was killed and is still there: it hangs in the kernel";
        return false;
      }
    }
    return true;
  }

  private void awaitOutput() {
    try {
      outputEnded.await(OUTPUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(@Nullable StartedProcess ended, Ending ending, Kill.Sent sent) {
    PageOwner last = page;
    Watched watched = vitals;
    if (watched != null) {
      watched.close();
    }
    DeathWatch.Watch noticed = notice;
    if (noticed != null) {
      noticed.close();
    }
    Autopsy autopsy =
        new Autopsy(
            backend.directory(),
            number,
            ready,
            bye,
            sent,
            last,
            output.tail(),
            problem,
            watched,
            group,
            memory);
    boolean excused = aot.isPresent() && sent.reason() == null && mayHaveDiedOfCache(ending, last);
    if (excused) {
      backend.blame(aot.orElseThrow());
    }
    Death death =
        new Death(
            autopsy.diagnose(ended, ending),
            last.standings(System.nanoTime(), this::peakSince),
            excused);
    backend.died(this);
    try {
      observer.died(death);
    } finally {
      bury(ended);
    }
  }

  /** All that nobody waits for: the death is told. */
  private void bury(@Nullable StartedProcess ended) {
    page.close();
    if (ended != null) {
      ended.bury();
    }
    backend.deleteForWorker(number);
    boolean removed = group.remove();
    backend.buried();
    if (!removed) {
      group.removeInTime();
    }
  }

  /** It did nothing yet; and once it was ready, it takes a crash of the JVM to suspect it. */
  private boolean mayHaveDiedOfCache(Ending ending, PageOwner last) {
    return last.untouched() && (ready ? ending.isCrash() : ending.known() && !ending.isKill());
  }
}
