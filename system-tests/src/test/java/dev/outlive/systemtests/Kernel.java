package dev.outlive.systemtests;

import dev.outlive.os.PidFd;
import dev.outlive.os.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What this world can be told by its kernel. */
public final class Kernel {
  private static final boolean TELLS = ask();

  private Kernel() {}

  /** Whether it tells an exit from a signal: Linux 6.15 and native access. */
  public static boolean tellsExitFromSignal() {
    return TELLS;
  }

  private static boolean ask() {
    try {
      Process child = new ProcessBuilder("cat").start();
      Optional<PidFd> descriptor = ProcessIdentity.of(child.pid()).flatMap(PidFd::open);
      child.getOutputStream().close();
      child.waitFor();
      boolean tells = descriptor.flatMap(PidFd::exitStatus).isPresent();
      descriptor.ifPresent(PidFd::close);
      return tells;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
