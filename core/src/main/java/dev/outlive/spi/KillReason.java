package dev.outlive.spi;

/** Why a pool kills a worker. Written down before the signal is sent. */
public enum KillReason {
  /** Its task ran for longer than its limit. */
  TIMEOUT,
  /** It held more memory than it may. */
  MEMORY_LIMIT,
  /** Memory ran short, and its task was the newest of those that can be tried again. */
  PREEMPTED,
  /** Its task was cancelled and did not end within the grace. */
  CANCELLED,
  /** It was asked to leave and did not within the grace, or the pool was shut down now. */
  SHUTDOWN,
  /** The pool was aborted, or broke. */
  ABORTED,
  /** It was not ready within the start timeout. */
  START_TIMEOUT,
  /** It did not pick up its work. */
  UNRESPONSIVE,
  /** It was stopped, or made no progress of any kind. */
  FROZEN,
  /** It had begun to exit and did not end within the grace. */
  HUNG_EXIT,
  /** It closed its link and did not exit. */
  LINK_CLOSED,
  /** It sent what is not a message, or an answer that nobody had asked for. */
  PROTOCOL
}
