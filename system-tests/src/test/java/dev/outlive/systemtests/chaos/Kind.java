package dev.outlive.systemtests.chaos;

import dev.outlive.failure.Cause;
import java.util.Set;

/** What is done to a worker or to its surroundings, and what may be told of it afterwards. */
enum Kind {
  /** {@code kill -9} from outside, of a worker that has a task. */
  BUSY(Aim.WORKER, Cause.SIGKILL),
  /** {@code kill -9} of one that has none. */
  IDLE(Aim.WORKER, Cause.SIGKILL),
  /** {@code kill -9} of one that is not ready. */
  STARTING(Aim.WORKER, Cause.START_FAILED, Cause.SIGKILL),
  /** {@code kill -9} within some milliseconds after a task has made its result, of 4 MB mostly. */
  HALF_WAY(Aim.WORKER, Cause.SIGKILL),
  /** The task's native code writes to the address 0. */
  SEGV(Aim.ORDER, Cause.NATIVE_CRASH),
  /** The task calls {@code System.exit}. */
  EXIT(Aim.ORDER, Cause.EXIT),
  /** The task calls {@code Runtime.halt}. */
  HALT(Aim.ORDER, Cause.HALT),
  /** SIGSTOP, and SIGCONT before anybody may call it frozen: costs nothing. */
  STOP(Aim.WORKER),
  /** SIGSTOP for good. */
  FREEZE(Aim.WORKER, Cause.FROZEN),
  /** The task leaves a child behind, and returns. */
  CHILD(Aim.ORDER),
  /** The task starts children without end, within limits, and then halts. */
  BOMB(Aim.ORDER, Cause.HALT, Cause.THREAD_LIMIT),
  /** The disk of the run directory and of temporary files is full for a while. */
  DISK_FULL(Aim.ALL, Cause.START_FAILED),
  /**
   * The pool's process has no descriptor left for a while: it starts no worker, and cannot fetch
   * what lies in a segment.
   */
  DESCRIPTORS(Aim.ALL, Cause.START_FAILED, Cause.UNDECODABLE),
  /**
   * Neither the pool's process nor its workers can start a process or thread for a while: an exit
   * whose hooks get no thread is a halt.
   */
  PROCESSES(Aim.ALL, Cause.START_FAILED, Cause.THREAD_LIMIT, Cause.HALT),
  /** The processors have other things to do. */
  HOGS(Aim.ALL),
  /** The pool's process is stopped for a while. */
  PARENT_STOP(Aim.ALL),
  /** The pool's process is killed. */
  PARENT_KILL(Aim.ALL);

  /** Whom it meets. */
  enum Aim {
    WORKER,
    ORDER,
    ALL
  }

  final Aim aim;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of
  final Set<Cause> causes;

  Kind(Aim aim, Cause... causes) {
    this.aim = aim;
    this.causes = Set.of(causes);
  }

  /** Whether the task that is told to do it ends its own worker. */
  boolean deadlyOrder() {
    return aim == Aim.ORDER && !causes.isEmpty();
  }
}
