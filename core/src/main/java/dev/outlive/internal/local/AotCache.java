package dev.outlive.internal.local;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The AOT cache (JEP 483, JEP 514) of the workers of one key, for all pools of this program: looked
 * for and proved once, given up when two workers have died early with it. It is never needed: what
 * goes wrong with it is told once, and workers start without it. Safe for use by many threads.
 */
final class AotCache {
  private static final Logger LOG = System.getLogger(AotCache.class.getName());
  private static final String PROPERTY = "outlive.aot";
  private static final int EARLY_DEATHS = 2;
  private static final int MOST_TRAININGS = 2;

  /**
   * What goes with a cache: what the JVM does not like about it, it is to keep to itself; and it is
   * to map it where it was made for, so that the pages of all workers are the same. A JVM that does
   * not know that option makes no cache either.
   */
  static final List<String> OPTIONS =
      List.of(
          "-Xlog:aot*=off:stderr",
          "-Xlog:cds*=off:stderr",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0");

  private static final Map<String, AotCache> KNOWN = new ConcurrentHashMap<>();

  private final AotDirectory directory;
  private final AotKey key;
  private @Nullable Path proved; // guarded by this
  private boolean off; // guarded by this
  private int earlyDeaths; // guarded by this
  private int trainings; // guarded by this

  AotCache(AotDirectory directory, AotKey key) {
    this.directory = directory;
    this.key = key;
  }

  /** Returns the cache of these workers; empty: they are to have none. */
  static Optional<AotCache> of(Optional<AotKey> key) {
    if (key.isEmpty() || System.getProperty(PROPERTY, "").equals("off")) {
      return Optional.empty();
    }
    return AotDirectory.ofUser()
        .map(
            directory ->
                KNOWN.computeIfAbsent(
                    directory.path() + " " + key.get().word(),
                    _ -> new AotCache(directory, key.get())));
  }

  AotKey key() {
    return key;
  }

  AotDirectory directory() {
    return directory;
  }

  /** Returns the file to start a worker with, if there is one. */
  synchronized Optional<Path> file(MemoryPlan memory) {
    return off || key.wide() != AotKey.wide(memory) ? Optional.empty() : look();
  }

  /** Returns the file that is there, whoever made it. */
  synchronized Optional<Path> look() {
    if (proved == null || !Files.exists(proved)) {
      try {
        proved = directory.find(key.word()).orElse(null);
      } catch (IOException | RuntimeException e) {
        off("cannot be used", e);
      }
    }
    return Optional.ofNullable(proved);
  }

  /** A worker that was started with it has died before it did anything. */
  synchronized void diedEarly(Path file) {
    if (off || ++earlyDeaths < EARLY_DEATHS) {
      return;
    }
    off = true;
    proved = null;
    LOG.log(
        Level.WARNING,
        "two workers died before they did anything, with the AOT cache {0}: it is deleted, and"
            + " workers start without one",
        file);
    try {
      directory.giveUp(key.word(), file);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the AOT cache " + file + " cannot be deleted", e);
    }
  }

  /** Returns whether one is to be made. */
  synchronized boolean isWanted() {
    return !off && proved == null && trainings < MOST_TRAININGS && !directory.isBad(key.word());
  }

  /** One is about to be made, which may fail. */
  synchronized void tried() {
    trainings++;
  }

  /** One was made. */
  synchronized void made(Path file) throws IOException {
    proved = directory.publish(key.word(), file);
    LOG.log(Level.DEBUG, "the AOT cache {0} was made", proved);
  }

  /** There can be none in this program. */
  synchronized void off(String what, Exception why) {
    off = true;
    proved = null;
    LOG.log(
        Level.DEBUG,
        "AOT caches in {0} {1}, workers start without: {2}",
        directory.path(),
        what,
        why.getMessage());
  }
}
