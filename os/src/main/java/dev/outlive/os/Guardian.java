package dev.outlive.os;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A small shell that outlives this JVM for a moment: when its pipe closes, it kills every group it
 * was told of and removes the run directory. The kernel closes that pipe however this JVM goes,
 * {@code kill -9} included.
 *
 * <p>It sits in a session of its own, shows up in ps as {@code outlive-guardian <name>}, ignores
 * every signal but SIGKILL, and uses no time while nothing happens. If it is killed, another one
 * takes over and is told everything again. It never kills a number that was reused (the start time
 * is compared), never removes a directory without {@link #MARKER}, and never holds this program's
 * stdout or stderr open.
 *
 * <p>The pipe closes with its last copy. A child that native code of this JVM starts inherits one,
 * as the JDK opens pipes without close-on-exec: with native access that is repaired a moment after
 * the start, without it the guardian acts only when such a child has ended too.
 *
 * <p>Safe for use by many threads; no method but {@link #close} waits for the shell.
 */
public final class Guardian implements AutoCloseable {
  /** The file that a run directory must contain for the guardian to remove it. */
  public static final String MARKER = ".outlive";

  /** The file of one line that names the pool's {@link WorkerCgroups#directory}, removed too. */
  public static final String CGROUPS = ".cgroups";

  /** The file of one line that says how the paths of the pool's segments begin, removed too. */
  public static final String SEGMENTS = ".segments";

  private static final String LOG = Guardian.class.getName();
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(4);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(1);
  private static final Duration SHORT_LIFE = Duration.ofSeconds(1);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final String name;
  private final Path directory;
  private final List<String> command;
  private final List<Runnable> deathListeners = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();

  /** Whom it watches, and whether it was asked to kill them. Guarded by lock. */
  private final Map<ProcessIdentity, Boolean> groups = new LinkedHashMap<>();

  private @Nullable GuardianShell shell; // guarded by lock
  private @Nullable Thread watcher; // guarded by lock
  private boolean closed; // guarded by lock
  private boolean warned; // guarded by lock

  private Guardian(String name, Path directory, List<String> command) {
    this.name = name;
    this.directory = directory.toAbsolutePath().normalize();
    if (this.directory.getNameCount() == 0) {
      throw new IllegalArgumentException("not a run directory: " + directory);
    }
    this.command = command;
  }

  /**
   * Starts a guardian; where that is not possible, returns one that does nothing, see {@link
   * #missing()}.
   *
   * @param name of the pool, for ps and thread names
   * @param directory removed with all it contains when the guardian ends, if it contains {@link
   *     #MARKER} then
   * @throws IllegalArgumentException when the directory is a root
   */
  public static Guardian start(String name, Path directory) {
    List<String> command = new ArrayList<>();
    StartLine.Programs.SETSID.ifPresent(command::add);
    StartLine.Programs.SH.ifPresentOrElse(command::add, command::clear);
    return start(name, directory, command);
  }

  /** Starts a guardian on a certain shell; an empty command: none. */
  static Guardian start(String name, Path directory, List<String> command) {
    Guardian guardian = new Guardian(name, directory, List.copyOf(command));
    if (!command.isEmpty()) {
      Optional<IOException> failed;
      synchronized (guardian.lock) {
        failed = guardian.launch();
        guardian.watcher =
            Thread.ofPlatform()
                .daemon()
                .name("outlive-" + name + "-guardian-watch")
                .start(guardian::keepAlive);
      }
      failed.ifPresent(guardian::warnOfStart);
    }
    return guardian;
  }

  /** Returns a sentence about what is not guarded on this platform; empty when all is. */
  public String missing() {
    return command.isEmpty()
        ? "There is no sh here, so no guardian: when this program is killed, frozen workers and the"
            + " children of tasks stay behind, and the run directory with them."
        : "";
  }

  /**
   * Has a group killed when this JVM ends. Telling it twice is the same as once. The shell reads it
   * a moment later: a JVM that is killed within that moment leaves the group to the end of its
   * worker's link.
   */
  public void watch(ProcessIdentity leader) {
    tell(leader, "+ ", false);
  }

  /** Takes a group off the list: it is gone. */
  public void forget(ProcessIdentity leader) {
    synchronized (lock) {
      if (groups.remove(leader) != null) {
        say("- ", leader);
      }
    }
  }

  /**
   * Has a group killed now; for callers without native access, see {@link ProcessGroup#kill()}. It
   * stays on the list until forgotten. Returns at once: the shell does it some milliseconds later.
   */
  public void kill(ProcessIdentity leader) {
    tell(leader, "k ", true);
  }

  /** Has SIGQUIT sent to one process now, see {@link Signals#quit}; nothing is kept of it. */
  public void quit(ProcessIdentity process) {
    ProcessGroup.requireWorker(process);
    synchronized (lock) {
      if (!closed) {
        say("q ", process);
      }
    }
  }

  /** Returns whether a shell is on guard now. */
  public boolean isAlive() {
    synchronized (lock) {
      return shell != null && shell.isAlive();
    }
  }

  /**
   * Calls back, on the guardian's own thread, each time that the shell ended without being asked,
   * when another one has taken over. Must not block: it delays the next replacement.
   */
  public void onDeath(Runnable listener) {
    deathListeners.add(listener);
  }

  /**
   * Ends the guardian: what is still on its list is killed, the directory removed. Waits at most
   * some three seconds, also for a shell that was stopped: that one is killed, and what it had on
   * its list is killed from here.
   */
  @Override
  public void close() {
    GuardianShell last;
    Thread thread;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      lock.notifyAll();
      last = shell;
      thread = watcher;
    }
    try {
      if (last != null) {
        last.say(".");
        last.end(CLOSE_LIMIT, KILL_LIMIT);
      }
      if (thread != null && !thread.equals(Thread.currentThread())) {
        thread.join(KILL_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      if (last != null) {
        last.kill();
      }
      Thread.currentThread().interrupt();
    }
    killAllFromHere();
  }

  /** Returns the number of the shell now; 0 when there is none. */
  long pid() {
    synchronized (lock) {
      return shell == null ? 0 : shell.pid();
    }
  }

  private void tell(ProcessIdentity leader, String verb, boolean kill) {
    ProcessGroup.requireWorker(leader);
    synchronized (lock) {
      if (!command.isEmpty() && !closed) {
        groups.merge(leader, kill, Boolean::logicalOr);
        say(verb, leader);
      }
    }
  }

  /** Guarded by lock. */
  private void say(String verb, ProcessIdentity process) {
    if (shell != null) {
      shell.say(verb, process);
    }
  }

  /** Starts a shell that knows all that the last one knew. Guarded by lock. */
  private Optional<IOException> launch() {
    try {
      shell = GuardianShell.start(command, name, directory, groups);
      return Optional.empty();
    } catch (IOException failed) {
      shell = null;
      return Optional.of(failed);
    }
  }

  /** Replaces a shell that ended: at once, or slower and slower if it keeps ending. */
  private void keepAlive() {
    long pause = 0;
    try {
      while (true) {
        long begun = System.nanoTime();
        GuardianShell ended;
        synchronized (lock) {
          ended = shell;
        }
        if (ended != null) {
          ended.awaitExit();
          ended.end();
        }
        boolean shortLife = System.nanoTime() - begun < SHORT_LIFE.toNanos();
        pause = shortLife ? Math.clamp(2 * pause, FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS) : 0;
        Optional<IOException> failed;
        synchronized (lock) {
          pauseUnlessClosed(pause);
          if (closed) {
            return;
          }
          failed = launch();
        }
        if (ended != null) {
          warn("was ended by somebody else, another one takes over");
          deathListeners.forEach(this::callBack);
        }
        failed.ifPresent(this::warnOfStart);
      }
    } catch (InterruptedException nobodyElseHasThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  /** Guarded by lock, which it lets go meanwhile. */
  private void pauseUnlessClosed(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; !closed && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      lock.wait(left);
    }
  }

  private void callBack(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException thrown) {
      System.getLogger(LOG)
          .log(Level.WARNING, "guardian of " + name + ": a listener threw", thrown);
    }
  }

  private void warnOfStart(IOException failed) {
    warn("could not be started and is tried again: " + failed.getMessage());
  }

  /** Logs without the lock: whoever tells the guardian something must not wait for a log. */
  private void warn(String what) {
    Level level;
    synchronized (lock) {
      level = warned ? Level.DEBUG : Level.WARNING;
      warned = true;
    }
    System.getLogger(LOG).log(level, "guardian of " + name + " " + what + " (reported once)");
  }

  /** What the shell could not do: it was frozen, or killed itself. Usually there is nobody left. */
  private void killAllFromHere() {
    List<ProcessIdentity> left;
    synchronized (lock) {
      left = List.copyOf(groups.keySet());
    }
    left.stream().map(ProcessGroup::new).filter(g -> !g.kill()).forEach(ProcessGroup::sweep);
  }
}
