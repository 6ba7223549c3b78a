package dev.outlive.os;

import java.util.List;
import java.util.Optional;

/**
 * The process group and session of one worker, named after the worker that leads both (setsid(2)).
 *
 * <p>It never signals a number that was reused: the kernel does not hand out a number that is still
 * the id of a group or session, so if a process has the leader's number but another start time,
 * nothing of the group is left. A leader that has not called setsid yet is killed alone. What a
 * task moved into a session of its own is out of reach. Safe for use by many threads.
 */
public final class ProcessGroup {
  private final ProcessIdentity leader;

  /**
   * Names a group; starts and touches nothing.
   *
   * @throws IllegalArgumentException for the process number 1 and for this process
   */
  public ProcessGroup(ProcessIdentity leader) {
    requireWorker(leader);
    this.leader = leader;
  }

  /** Refuses what must never be killed: kill(2) takes the group -1 for "everybody". */
  static void requireWorker(ProcessIdentity leader) {
    if (leader.pid() == 1 || leader.pid() == ProcessHandle.current().pid()) {
      throw new IllegalArgumentException("not a worker: " + leader);
    }
  }

  /** Returns the worker that leads the group; it may be gone already. */
  public ProcessIdentity leader() {
    return leader;
  }

  /**
   * Kills the whole group, stopped members too, in one step that no fork can slip through (kill(2)
   * with a negative number). Does not wait until they are gone.
   *
   * @return true when that was done, also when there was nobody left; false without native access:
   *     then nothing was done and the caller asks the {@link Guardian}
   */
  public boolean kill() {
    Optional<Libc> libc = Libc.find();
    if (libc.isEmpty()) {
      return false;
    }
    Optional<ProcessIdentity> now = ProcessIdentity.of(leader.pid());
    if (now.isPresent() && !now.get().equals(leader)) {
      return true;
    }
    int pid = Math.toIntExact(leader.pid());
    if (libc.get().kill(-pid, Libc.SIGKILL) != 0 && now.isPresent()) {
      libc.get().kill(pid, Libc.SIGKILL);
    }
    return true;
  }

  /**
   * Kills what is left of group and session one by one, through {@link ProcessHandle}: works
   * without native access, and reaches groups that a task made within the session (a shell with job
   * control). Reads all of {@code /proc}, so not for the moment in which a death is reported.
   *
   * @return how many live ones it found; 0: nothing is left
   */
  public int sweep() {
    int found = 0;
    for (ProcessStat member : members()) {
      if (!member.dead()) {
        found++;
        kill(new ProcessIdentity(member.pid(), member.startTicks()));
      }
    }
    if (found == 0 && leader.isAlive()) {
      found++;
      kill(leader);
    }
    return found;
  }

  /**
   * Returns who is in the group or in the session now, zombies included; empty when the number was
   * reused and where there is no {@code /proc}.
   */
  public List<ProcessStat> members() {
    long pid = leader.pid();
    List<ProcessStat> all = ProcessStat.all();
    for (ProcessStat stat : all) {
      if (stat.pid() == pid && stat.startTicks() != leader.startTicks()) {
        return List.of();
      }
    }
    return all.stream().filter(stat -> stat.group() == pid || stat.session() == pid).toList();
  }

  /**
   * Takes the group's dead out of the process table where this JVM is process 1 and so inherits
   * every orphan; elsewhere does nothing. To be called after the JDK has reaped the leader ({@code
   * Process.waitFor} returned); while the leader is still in the table it does nothing. Never
   * waits, and never waits for "any child", which would steal an exit status from the JDK.
   *
   * @return true when nothing of the group is left for this JVM to reap; false: some are still
   *     dying, so call again a little later
   */
  public boolean reapOrphans() {
    Optional<Libc> libc = Libc.find();
    if (libc.isEmpty() || ProcessHandle.current().pid() != 1) {
      return true;
    }
    if (ProcessStat.read(leader.pid()).isPresent()) {
      return !ProcessIdentity.of(leader.pid()).equals(Optional.of(leader));
    }
    reapAll(libc.get(), -Math.toIntExact(leader.pid()));
    boolean left = false;
    for (ProcessStat member : members()) {
      // A group within the session: orphans that the JDK does not know.
      boolean reaped =
          member.dead()
              && member.parent() == 1
              && reapAll(libc.get(), Math.toIntExact(member.pid()));
      left |= !reaped;
    }
    return !left;
  }

  private static boolean reapAll(Libc libc, int who) {
    int answer;
    do {
      answer = libc.reap(who);
    } while (answer > 0 || answer == -Libc.EINTR);
    return answer == -Libc.ECHILD;
  }

  /** The handle is taken first and the identity checked after it, so it cannot be a stranger's. */
  private static void kill(ProcessIdentity process) {
    ProcessHandle.of(process.pid())
        .filter(handle -> process.isAlive())
        .ifPresent(ProcessHandle::destroyForcibly);
  }
}
