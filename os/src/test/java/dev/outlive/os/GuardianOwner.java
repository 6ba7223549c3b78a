package dev.outlive.os;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program with a guardian and two workers, which then waits to be killed. */
final class GuardianOwner {
  private GuardianOwner() {}

  public static void main(String[] arguments) throws IOException {
    Guardian guardian = Guardian.start("owner", Path.of(arguments[0]));
    StringBuilder line = new StringBuilder(identity(guardian.pid()));
    for (int i = 0; i < 2; i++) {
      Process worker =
          new ProcessBuilder(
                  StartLine.SESSION.wrap(List.of("sh", "-c", "sleep 600 & sleep 600 & wait")))
              .redirectError(Redirect.INHERIT)
              .start();
      guardian.watch(ProcessIdentity.of(worker.pid()).orElseThrow());
      line.append(' ').append(identity(worker.pid()));
    }
    System.out.println(line);
    while (guardian.isAlive()) {
      LockSupport.park();
    }
  }

  private static String identity(long pid) {
    return ProcessIdentity.of(pid).orElseThrow().token();
  }
}
