package dev.outlive.os;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Gives each worker of a pool a memory control group of its own, where that is allowed. */
public final class WorkerCgroups implements AutoCloseable {
  private static final String POOL = "outlive-";
  private static final String WORKER = "worker-";

  private final String problem;

  private WorkerCgroups(String problem) {
    this.problem = problem;
  }

  /** Makes the group of a pool. Never throws: see {@link #works()}. */
  public static WorkerCgroups create(String token) {
    return new WorkerCgroups("Control groups for workers are not made yet (" + token + ").");
  }

  /** Returns whether workers get groups of their own. */
  public boolean works() {
    return problem.isEmpty();
  }

  /** Returns a sentence that says why it does not work; empty when it does. */
  public String problem() {
    return problem;
  }

  /** Returns the path of the pool's group within its hierarchy; empty when it does not work. */
  public String place() {
    return "";
  }

  /** Returns the directory of the pool's group, for {@link Guardian#CGROUPS}. */
  public Optional<Path> directory() {
    return Optional.empty();
  }

  /**
   * Makes the group of one worker; empty when it does not work.
   *
   * @param number of the worker
   * @param limitBytes of its memory and swap; 0: none
   */
  public Optional<Own> forWorker(int number, long limitBytes) {
    return directory().map(pool -> new Own(pool.resolve(WORKER + number)));
  }

  /** Returns whether a directory is the group of one worker, of whichever pool. */
  static boolean isOfWorker(Path directory) {
    Path pool = directory.getParent();
    return pool != null && named(directory, WORKER) && named(pool, POOL);
  }

  private static boolean named(Path directory, String begin) {
    Path name = directory.getFileName();
    return name != null && name.toString().startsWith(begin);
  }

  /** Removes what is left; kills nobody. */
  @Override
  public void close() {}

  /** Removes the groups of dead owners, and returns how many pools those were. */
  public static int sweep(Predicate<String> ownerIsAlive) {
    return 0;
  }

  /** The group of one worker. */
  public static final class Own {
    private final Path directory;

    private Own(Path directory) {
      this.directory = directory;
    }

    /** Returns the file into which a shell writes 0 to join. */
    public Path procs() {
      return directory.resolve("cgroup.procs");
    }

    /** Removes it; false when somebody is in it. Harmless if called again. */
    public boolean remove() {
      return directory.toFile().delete() || !directory.toFile().exists();
    }

    /** Returns the most memory that it ever used; empty when the kernel does not tell. */
    public OptionalLong peakBytes() {
      return OptionalLong.empty();
    }

    /** Returns its limit; empty when there is none. */
    public OptionalLong limitBytes() {
      return OptionalLong.empty();
    }
  }
}
