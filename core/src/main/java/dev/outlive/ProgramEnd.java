package dev.outlive;

import dev.outlive.internal.pool.Supervisor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The shutdown hook of a pool: where the program ends, so do its workers, within a bound. Work may
 * be let finish first; a hook of the user's cannot do that, since hooks run side by side.
 */
final class ProgramEnd {
  private static final Logger LOG = System.getLogger(ProgramEnd.class.getName());

  private final String pool;
  private final Supervisor supervisor;
  private final Duration drain;
  private final Duration patience;
  private final Thread hook;

  private ProgramEnd(String pool, Supervisor supervisor, Duration drain, Duration patience) {
    this.pool = pool;
    this.supervisor = supervisor;
    this.drain = drain;
    this.patience = patience;
    this.hook = new Thread(this::end, "outlive-" + pool + "-hook");
  }

  /**
   * Ends the pool with the program, unless it has ended before.
   *
   * @param drain how long its work may go on
   * @param patience how long its workers may take to end after that
   */
  static void ends(String pool, Supervisor supervisor, Duration drain, Duration patience) {
    ProgramEnd end = new ProgramEnd(pool, supervisor, drain, patience);
    Runtime.getRuntime().addShutdownHook(end.hook);
    supervisor.onTermination(end::remove);
  }

  private void end() {
    try {
      if (drain.isPositive()) {
        supervisor.shutdown();
        if (supervisor.awaitTermination(drain.toNanos())) {
          return;
        }
      }
      supervisor.stop();
      if (!supervisor.awaitTermination(patience.toNanos())) {
        LOG.log(Level.WARNING, "pool \"{0}\": not ended after {1}", pool, patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the program ends, and the hook is why the pool does
    }
  }
}
