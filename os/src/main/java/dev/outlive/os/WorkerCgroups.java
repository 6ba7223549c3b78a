package dev.outlive.os;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives each worker of a pool a memory control group of its own, where that is allowed: then the
 * kernel enforces the worker's limit, and the group's count of kills is proof (see {@link
 * MemoryKills}).
 *
 * <p>Where the groups are is drawn at {@link PoolPlace}. They are directories without files of
 * their own, so removing one takes nothing with it, and the kernel refuses while a process is in
 * it. What a killed program leaves behind is removed by its {@link Guardian} ({@link
 * Guardian#CGROUPS}), or by the next {@link #sweep}. Safe for use by many threads.
 */
public final class WorkerCgroups implements AutoCloseable {
  private static final String POOL = "outlive-";
  private static final String WORKER = "worker-";
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private final @Nullable MemoryCgroup pool;
  private final String problem;
  private volatile boolean closed;
  private volatile boolean warned;

  private WorkerCgroups(@Nullable MemoryCgroup pool, String problem) {
    this.pool = pool;
    this.problem = problem;
  }

  /**
   * Makes the group of a pool; where that is not possible, returns one that makes none, see {@link
   * #problem()}.
   *
   * @param token names the owner, unique among all pools; what {@link #sweep} asks about
   * @throws IllegalArgumentException when the token is not of letters, digits, dots and dashes
   */
  public static WorkerCgroups create(String token) {
    return create(Path.of("/"), token);
  }

  /** Makes it in what lies under a directory as it does under {@code /}. */
  static WorkerCgroups create(Path root, String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException("token must match " + TOKEN + ", token=" + token);
    }
    PoolPlace place = PoolPlace.find(root);
    if (place.group().isEmpty()) {
      return new WorkerCgroups(null, place.problem());
    }
    MemoryCgroup pool = place.group().get().inner(POOL + token);
    try {
      Files.createDirectory(pool.directory());
      if (pool.version() == 2) {
        pool.write("cgroup.subtree_control", "+" + MemoryCgroup.CONTROLLER);
      } else if (pool.number("memory.use_hierarchy").orElse(1) == 0) {
        pool.write("memory.use_hierarchy", "1");
      }
      return new WorkerCgroups(pool, "");
    } catch (IOException refused) {
      removeTree(pool.directory());
      return new WorkerCgroups(
          null,
          "The control group "
              + pool.directory()
              + " cannot be made: "
              + refused
              + "."
              + PoolPlace.ADVICE);
    }
  }

  /** Returns whether workers get groups of their own. */
  public boolean works() {
    return pool != null;
  }

  /** Returns a sentence or two: which path, why, and what to do; empty when it works. */
  public String problem() {
    return problem;
  }

  /** Returns the path of the pool's group within its hierarchy; empty when it does not work. */
  public String place() {
    return pool == null ? "" : pool.path();
  }

  /** Returns the directory of the pool's group, for {@link Guardian#CGROUPS}. */
  public Optional<Path> directory() {
    return Optional.ofNullable(pool).map(MemoryCgroup::directory);
  }

  /**
   * Makes the group of one worker. The limit covers all that is charged to the group, which is more
   * than {@link MemoryUse#countedBytes}: page cache, which the kernel takes back first, segments
   * that this worker touched first, and the kernel's own memory. What is swapped out counts too.
   *
   * @param number of the worker, unlike that of any other worker of this pool
   * @param limitBytes rounded down to whole pages by the kernel; 0: none
   * @return empty when it does not work, and after {@link #close()}
   * @throws IllegalArgumentException when the number or the limit is negative
   */
  public Optional<Own> forWorker(int number, long limitBytes) {
    if (number < 0 || limitBytes < 0) {
      throw new IllegalArgumentException(
          "number and limitBytes must be 0.., number=" + number + " limitBytes=" + limitBytes);
    }
    if (pool == null || closed) {
      return Optional.empty();
    }
    MemoryCgroup worker = pool.inner(WORKER + number);
    try {
      removeTree(worker.directory());
      Files.createDirectory(worker.directory());
      limit(worker, limitBytes);
      return Optional.of(new Own(worker));
    } catch (IOException refused) {
      if (!(refused instanceof FileAlreadyExistsException)) {
        removeTree(worker.directory());
      }
      warn(worker, refused);
      return Optional.empty();
    }
  }

  private static void limit(MemoryCgroup worker, long limitBytes) throws IOException {
    String limit = Long.toString(limitBytes);
    if (worker.version() == 2) {
      // The children that its tasks started are nothing without it.
      worker.write("memory.oom.group", "1");
    }
    if (limitBytes > 0) {
      worker.write(worker.version() == 1 ? "memory.limit_in_bytes" : "memory.max", limit);
      try {
        if (worker.version() == 1) {
          worker.write("memory.memsw.limit_in_bytes", limit);
        } else {
          worker.write("memory.swap.max", "0");
        }
      } catch (IOException noSwapAccounting) {
        // swapaccount=0 or a kernel without it: then swap is not bounded
      }
    }
  }

  private void warn(MemoryCgroup worker, IOException refused) {
    Level level = warned ? Level.DEBUG : Level.WARNING;
    warned = true;
    System.getLogger(WorkerCgroups.class.getName())
        .log(
            level,
            "A worker starts without a control group of its own: "
                + worker.directory()
                + " cannot be made: "
                + refused
                + " (reported once)");
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

  /**
   * Removes the groups of the pool. Kills nobody: where somebody is left, or is not quite gone yet,
   * the group stays for the guardian and the next {@link #sweep}.
   */
  @Override
  public void close() {
    closed = true;
    if (pool != null) {
      removeTree(pool.directory());
    }
  }

  /**
   * Removes the groups of dead owners, where a pool of this program would make its own.
   *
   * @param ownerIsAlive told the token of a pool, whether to leave its groups alone
   * @return how many pools were removed
   */
  public static int sweep(Predicate<String> ownerIsAlive) {
    return sweep(Path.of("/"), ownerIsAlive);
  }

  /** Sweeps what lies under a directory as it does under {@code /}. */
  static int sweep(Path root, Predicate<String> ownerIsAlive) {
    int removed = 0;
    for (MemoryCgroup place : PoolPlace.all(root)) {
      for (File group : inner(place.directory())) {
        boolean dead =
            group.getName().startsWith(POOL)
                && !ownerIsAlive.test(group.getName().substring(POOL.length()));
        removed += dead && removeTree(group.toPath()) ? 1 : 0;
      }
    }
    return removed;
  }

  private static File[] inner(Path group) {
    File[] found = group.toFile().listFiles(File::isDirectory);
    return found == null ? new File[0] : found;
  }

  /** Removes a group and those inside, which a pool of a worker may have left; false: busy. */
  private static boolean removeTree(Path group) {
    File directory = group.toFile();
    if (directory.delete() || !directory.exists()) {
      return true;
    }
    for (File inner : inner(group)) {
      removeTree(inner.toPath());
    }
    return directory.delete() || !directory.exists();
  }

  /** The group of one worker. Safe for use by many threads. */
  public static final class Own {
    private final MemoryCgroup group;

    private Own(MemoryCgroup group) {
      this.group = group;
    }

    /**
     * Returns the file into which a shell writes 0 to join, see {@link
     * StartLine#wrap(java.util.List, boolean, Optional)}: what it then becomes, and starts, stays
     * in the group.
     *
     * <p>That costs the worker's start some 25 ms: the kernel waits until no processor can be in
     * the middle of a fork, unless the hierarchy is mounted with favordynmods (Admin Guide,
     * cgroup-v2).
     */
    public Path procs() {
      return group.directory().resolve("cgroup.procs");
    }

    /**
     * Removes it, with groups that were made inside.
     *
     * @return true when it is gone, also by an earlier call; false while a process is in it, so
     *     call again a little later: the kernel takes some 90 ms for each GiB that a process held
     */
    public boolean remove() {
      return removeTree(group.directory());
    }

    /**
     * Returns the most that was ever charged to it; empty when it is removed, and with version 2
     * before Linux 5.19.
     */
    public OptionalLong peakBytes() {
      return group.peakBytes();
    }

    /** Returns its limit as the kernel has it; empty when there is none, or it is removed. */
    public OptionalLong limitBytes() {
      return group.limitBytes();
    }
  }
}
