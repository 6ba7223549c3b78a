package dev.outlive.os;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a worker asks of the kernel for itself once it is ready: its link is not inherited by
 * children of native code, it is killed when its parent ends, and its parent has notice when it
 * dies itself ({@link DeathMark}).
 *
 * <p>All of it needs native access and is a second line of defence: without it, nothing happens
 * here, the end of the link, the exit and the guardian do the work. Never throws.
 *
 * <p>PR_SET_PDEATHSIG(2const) has two traps. It fires when the parent's <em>thread</em> that
 * started this process ends, so the parent starts its workers from one thread that lives as long as
 * they do. And it belongs to the <em>thread</em> that asked for it: it is gone when that one ends,
 * which is why a daemon thread stays parked here for ever. The mark is held by that thread too.
 */
public final class WorkerArming {
  private static final int[] LINK = {3, 4};
  private static final int ORPHANED = 1;
  private static final long LIMIT_SECONDS = 10;

  private WorkerArming() {}

  /** Arms this process against the death of the parent that it has now. */
  public static void arm() {
    arm(parent(), Optional.empty());
  }

  /**
   * Arms this process, and halts it when its parent is already another one than it should be: then
   * the parent ended before the kernel was told, and will not be reported.
   *
   * @param parentPid the parent's number, as this process sees it; 0 when not known
   * @param mark the word that is to tell of its death, mapped as long as this process lives
   */
  public static void arm(long parentPid, Optional<MemorySegment> mark) {
    try {
      Optional<Libc> libc = Libc.find();
      if (libc.isPresent()) {
        keepLinkPrivate(libc.get());
        dieWithParent(libc.get(), parentPid, mark);
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError failed) {
      log().log(Level.DEBUG, "worker not armed; the link's end and the guardian remain", failed);
    }
  }

  /** The worker has opened both ends anew, and the JDK opens files without close-on-exec. */
  private static void keepLinkPrivate(Libc libc) {
    Set<String> link = new TreeSet<>();
    for (int descriptor : LINK) {
      OwnProcess.target(descriptor).filter(t -> t.startsWith("pipe:")).ifPresent(link::add);
    }
    OwnProcess.closeOnExec(libc, link);
  }

  private static void dieWithParent(Libc libc, long parentPid, Optional<MemorySegment> mark) {
    CountDownLatch armed = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .name("outlive-parent-death")
        .start(
            () -> {
              int answer = libc.signalOnParentDeath(Libc.SIGKILL);
              if (answer != 0) {
                log().log(Level.DEBUG, "no signal at the parent''s death, errno {0}", -answer);
              }
              long now = parent();
              if (parentPid > 0 && now > 0 && now != parentPid) {
                Runtime.getRuntime().halt(ORPHANED);
              }
              mark.ifPresent(WorkerArming::hold);
              armed.countDown();
              while (true) {
                LockSupport.park();
                Thread.interrupted();
              }
            });
    try {
      if (!armed.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        log().log(Level.DEBUG, "not armed within {0} s", LIMIT_SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whatever goes wrong with it, the thread goes on: the kernel still watches the parent for it.
   */
  private static void hold(MemorySegment mark) {
    try {
      DeathMark.hold(mark);
    } catch (RuntimeException | LinkageError failed) {
      log().log(Level.DEBUG, "no mark at this worker''s death; its exit tells of it", failed);
    }
  }

  /** Returns 0 where the parent is outside of this process's pid namespace. */
  private static long parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
  }

  /** Fetched when needed: a log takes longer to start than all the rest here. */
  private static Logger log() {
    return System.getLogger(WorkerArming.class.getName());
  }
}
