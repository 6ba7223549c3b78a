package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Ending;
import dev.outlive.os.ExitStatus;
import dev.outlive.os.Guardian;
import dev.outlive.os.OomScore;
import dev.outlive.os.OwnProcess;
import dev.outlive.os.PidFd;
import dev.outlive.os.ProcessGroup;
import dev.outlive.os.ProcessIdentity;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker, with all that its tasks may start: watched by the guardian from its
 * start until it was reaped. Immutable and safe for use by many threads.
 */
final class StartedProcess {
  private final Process process;
  private final Guardian guardian;
  private final boolean ownSession;
  private final @Nullable ProcessGroup group;
  private final Optional<PidFd> descriptor;

  /** Takes a process in care that was started just now. */
  StartedProcess(Process process, Guardian guardian, boolean ownSession) {
    this.process = process;
    this.guardian = guardian;
    this.ownSession = ownSession;
    Optional<ProcessIdentity> identity = ProcessIdentity.of(process.pid());
    identity.ifPresent(guardian::watch);
    boolean _ = OomScore.raise(process.pid()); // the kernel takes it before this program
    this.group = identity.map(ProcessGroup::new).orElse(null);
    this.descriptor = identity.flatMap(PidFd::open);
  }

  long pid() {
    return process.pid();
  }

  /** Who it is; empty if it was gone before anybody could look. */
  Optional<ProcessIdentity> identity() {
    return Optional.ofNullable(group).map(ProcessGroup::leader);
  }

  InputStream linkInput() {
    return process.getInputStream();
  }

  OutputStream linkOutput() {
    return process.getOutputStream();
  }

  InputStream output() {
    return process.getErrorStream();
  }

  /** What native code of this JVM starts must not hold the pool's ends of the link open. */
  void closeLinkInOthers() {
    OwnProcess.closeOnExecTo(process.pid());
  }

  /** Kills it and all that it has started. Does not wait. */
  void kill() {
    if (!killGroup()) {
      // by its handle: Process.destroyForcibly would close the link with what is still in it
      process.toHandle().destroyForcibly();
    }
  }

  /** Kills what its tasks have started, if that has a group of its own. For after its exit. */
  void killWhatItStarted() {
    if (ownSession) {
      killGroup();
    }
  }

  /** Returns false if it is the guardian who does it, some milliseconds later, or nobody. */
  private boolean killGroup() {
    if (group == null) {
      return false;
    }
    boolean done = group.kill();
    if (!done) {
      guardian.kill(group.leader());
    }
    return done;
  }

  /** Returns whether it has ended, after that time at the latest. */
  boolean awaitExit(long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return !process.isAlive(); // nobody interrupts this thread to any purpose
    }
  }

  /** How it ended; to be asked after that. */
  Ending ending() {
    Ending.Told told =
        descriptor
            .flatMap(PidFd::exitStatus)
            .map(
                status ->
                    switch (status) {
                      case ExitStatus.Exited exited -> Ending.Told.EXITED;
                      case ExitStatus.Signalled signalled -> Ending.Told.SIGNALLED;
                    })
            .orElse(Ending.Told.NOTHING);
    return new Ending(process.exitValue(), told);
  }

  /** Takes what was left behind out of the process table, and off the guardian's list. */
  void bury() {
    descriptor.ifPresent(PidFd::close);
    if (group != null) {
      group.reapOrphans();
      guardian.forget(group.leader());
    }
  }
}
