package dev.outlive.os;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A shell of a few hundred kilobytes that outlives this JVM for a moment: when its pipe closes, it
 * kills every group it was told of and removes the run directory. The kernel closes that pipe
 * however this JVM goes, {@code kill -9} included.
 *
 * <p>It sits in a session of its own, shows up in ps as {@code outlive-guardian <name>}, ignores
 * every signal but SIGKILL, and uses no time while nothing happens. If it is killed, another one
 * takes over and is told everything again. It never kills a number that was reused (the start time
 * is compared), never removes a directory without {@link #MARKER}, and never holds this program's
 * stdout or stderr open.
 *
 * <p>The pipe closes when its last copy does. Children that this JVM's native code starts would
 * inherit one, as the JDK opens pipes without close-on-exec; with native access that is repaired
 * right after the start, without it the guardian may wait for such a child to end.
 *
 * <p>Safe for use by many threads; no method but {@link #close} waits for the shell.
 */
public final class Guardian implements AutoCloseable {
  /** The file that a run directory must contain for the guardian to remove it. */
  public static final String MARKER = ".outlive";

  private static final Logger LOG = System.getLogger(Guardian.class.getName());
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(1);
  private static final Duration SHORT_LIFE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

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
    this.directory = directory.toAbsolutePath();
    this.command = command;
  }

  /**
   * Starts a guardian; where that is not possible, returns one that does nothing, see {@link
   * #missing()}.
   *
   * @param name of the pool, for ps and thread names
   * @param directory removed with all it contains when the guardian ends, if it contains {@link
   *     #MARKER} then
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
      synchronized (guardian.lock) {
        guardian.launch();
        guardian.watcher =
            Thread.ofPlatform()
                .daemon()
                .name("outlive-" + name + "-guardian-watch")
                .start(guardian::keepAlive);
      }
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

  /** Has a group killed when this JVM ends. Telling it twice is the same as once. */
  public void watch(ProcessIdentity leader) {
    tell(leader, "+ ", false);
  }

  /** Takes a group off the list: it is gone. */
  public void forget(ProcessIdentity leader) {
    synchronized (lock) {
      if (groups.remove(leader) != null && shell != null) {
        shell.say("- " + leader.pid());
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

  /** Returns whether a shell is on guard now. */
  public boolean isAlive() {
    synchronized (lock) {
      return shell != null && shell.isAlive();
    }
  }

  /**
   * Calls back, on the guardian's own thread, each time that the shell ended without being asked.
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
        last.end();
        if (!last.awaitExit(CLOSE_LIMIT)) {
          last.kill();
          last.awaitExit(KILL_LIMIT);
        }
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

  /** The number of the shell now; empty when there is none. For tests. */
  long pid() {
    synchronized (lock) {
      return shell == null ? 0 : shell.pid();
    }
  }

  private void tell(ProcessIdentity leader, String verb, boolean kill) {
    ProcessGroup.requireWorker(leader);
    synchronized (lock) {
      if (command.isEmpty() || closed) {
        return;
      }
      groups.merge(leader, kill, Boolean::logicalOr);
      if (shell != null) {
        shell.say(verb + leader.pid() + " " + leader.startTicks());
      }
    }
  }

  /** Starts a shell that knows all that the last one knew. Guarded by lock. */
  private void launch() {
    List<String> known = new ArrayList<>();
    groups.forEach(
        (leader, kill) -> {
          String group = leader.pid() + " " + leader.startTicks();
          known.add("+ " + group);
          if (kill) {
            known.add("k " + group);
          }
        });
    try {
      shell = GuardianShell.start(command, name, directory, known);
    } catch (IOException failed) {
      shell = null;
      warn("could not be started", failed);
    }
  }

  /** Replaces a shell that ended: at once, or slower and slower if it keeps ending. */
  private void keepAlive() {
    Duration pause = Duration.ZERO;
    while (true) {
      long begun = System.nanoTime();
      GuardianShell current;
      synchronized (lock) {
        current = shell;
      }
      try {
        if (current != null) {
          current.awaitExit();
        }
        synchronized (lock) {
          if (closed) {
            return;
          }
          shell = null;
        }
        if (current != null) {
          current.end();
          warn("was ended by somebody; another one takes over", null);
          deathListeners.forEach(this::callBack);
        }
        boolean shortLife = System.nanoTime() - begun < SHORT_LIFE.toNanos();
        pause = shortLife ? longer(pause) : Duration.ZERO;
        if (!relaunchAfter(pause)) {
          return;
        }
      } catch (InterruptedException nobodyElseHasThisThread) {
        return;
      }
    }
  }

  private boolean relaunchAfter(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    synchronized (lock) {
      long left = pause.toNanos();
      while (!closed && left > 0) {
        lock.wait(left / 1_000_000 + 1);
        left = end - System.nanoTime();
      }
      if (!closed) {
        launch();
      }
      return !closed;
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private void callBack(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException thrown) {
      LOG.log(Level.WARNING, "guardian of " + name + ": a listener threw", thrown);
    }
  }

  private void warn(String what, @Nullable Throwable cause) {
    synchronized (lock) {
      Level level = warned ? Level.DEBUG : Level.WARNING;
      warned = true;
      LOG.log(level, "guardian of " + name + " " + what + " (told only once)", cause);
    }
  }

  /** What the shell could not do: it was frozen, or killed itself. Usually there is nobody left. */
  private void killAllFromHere() {
    List<ProcessIdentity> left;
    synchronized (lock) {
      left = List.copyOf(groups.keySet());
    }
    for (ProcessIdentity leader : left) {
      ProcessGroup group = new ProcessGroup(leader);
      if (!group.kill()) {
        group.sweep();
      }
    }
  }
}
