package dev.outlive.os;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A program with a guardian and two workers, which then waits to be killed. It prints the guardian
 * and the workers, and again the guardian whenever that was replaced and has read its list.
 */
final class GuardianOwner {
  /** Quiet, so that the test sees what else is printed. */
  private static final Logger LOG = Logger.getLogger(Guardian.class.getName());

  private GuardianOwner() {}

  public static void main(String[] arguments) throws IOException {
    LOG.setLevel(Level.SEVERE);
    Guardian guardian = Guardian.start("owner", Path.of(arguments[0]));
    long pid = guardian.pid();
    StringBuilder line = new StringBuilder(identity(pid));
    for (int i = 0; i < 2; i++) {
      Process worker = session("sleep 600 & sleep 600 & wait");
      guardian.watch(ProcessIdentity.of(worker.pid()).orElseThrow());
      line.append(' ').append(identity(worker.pid()));
    }
    awaitObedience(guardian);
    System.out.println(line);
    while (true) {
      LockSupport.parkNanos(5_000_000);
      if (guardian.pid() != pid) {
        pid = guardian.pid();
        awaitObedience(guardian);
        System.out.println(identity(pid));
      }
    }
  }

  /** Lines are written and read in order: when the last one was obeyed, all were read. */
  private static void awaitObedience(Guardian guardian) throws IOException {
    ProcessIdentity last = ProcessIdentity.of(session("sleep 600").pid()).orElseThrow();
    guardian.kill(last);
    Await.gone(last);
    guardian.forget(last);
  }

  private static Process session(String script) throws IOException {
    return new ProcessBuilder(StartLine.SESSION.wrap(List.of("sh", "-c", script)))
        .redirectError(Redirect.INHERIT)
        .start();
  }

  private static String identity(long pid) {
    return ProcessIdentity.of(pid).orElseThrow().token();
  }
}
