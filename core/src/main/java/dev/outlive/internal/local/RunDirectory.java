package dev.outlive.internal.local;

import dev.outlive.os.Guardian;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.WorkerCgroups;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The files of one pool: pages, argument file, crash reports, the temporary files of its workers.
 *
 * <pre>
 *   TMP/outlive-USER-NAMESPACE/            0700, for all pools of a user (and pid namespace)
 *       PID-START-N/                       one pool; its owner is alive as long as PID-START is
 *           .outlive  worker.args  worker-1/page  worker-1/tmp/
 *       PID-START-0/                       what all processes of a program share: managers' doors
 *       crashes/hs_err_pid4711.log         kept for the user, the newest twenty
 * </pre>
 *
 * <p>What a dead owner left behind is swept when the next pool starts.
 */
public final class RunDirectory {
  /** The environment variable that tells a program's processes where they share files. */
  public static final String SHARED_VARIABLE = "OUTLIVE_SHARED";

  private static final AtomicLong NUMBER = new AtomicLong();
  private static final int KEPT_CRASH_REPORTS = 20;
  private static final int MOST_TRIES = 100;
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final Path path;

  private RunDirectory(Path root, Path path) {
    this.root = root;
    this.path = path;
  }

  /**
   * Creates the directory of a new pool, after it has swept what dead owners left.
   *
   * @throws IOException if it cannot be created, or belongs to somebody else
   */
  public static RunDirectory create() throws IOException {
    Path root = root();
    createPrivate(root);
    sweep(root);
    int _ = WorkerCgroups.sweep(RunDirectory::ownerMayBeAlive);
    Path path = root.resolve(owner() + "-" + NUMBER.incrementAndGet());
    createOwn(root, path);
    Files.createFile(path.resolve(Guardian.MARKER));
    return new RunDirectory(root, path);
  }

  /**
   * Returns the directory that this process shares with all others of its program, which is that of
   * the program's first process. It need not be there.
   */
  public static Path shared() {
    String told = System.getenv(SHARED_VARIABLE);
    return told == null ? root().resolve(owner() + "-0") : Path.of(told);
  }

  /**
   * Creates a file in the directory that this process shares with all others of its program, and
   * the directory too unless it is there. Another process may delete it at any moment while it is
   * empty.
   *
   * @return the file, empty, readable for its user alone
   * @throws IOException if it cannot be created, or the directory belongs to somebody else
   */
  public static Path createShared(String file) throws IOException {
    Path shared = shared();
    Path root = Objects.requireNonNull(shared.getParent(), SHARED_VARIABLE);
    createPrivate(root);
    sweep(root);
    for (int tries = 1; ; tries++) {
      createOwn(root, shared);
      try {
        return createPrivateFile(shared.resolve(file));
      } catch (NoSuchFileException e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static Path createPrivateFile(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Files.createFile(file, PRIVATE_FILE)
        : Files.createFile(file);
  }

  /** Deletes the directory that this process shares with others, unless something is in it. */
  public static void deleteSharedIfEmpty() {
    try {
      Files.deleteIfExists(shared());
    } catch (IOException e) {
      // somebody uses it, or it is swept when the program has ended
    }
  }

  private static String owner() {
    return ProcessIdentity.of(ProcessHandle.current().pid())
        .orElseThrow(() -> new IllegalStateException("this process does not find itself"))
        .token();
  }

  private static void createOwn(Path root, Path path) throws IOException {
    createPrivate(path);
    if (!Files.getOwner(path).equals(Files.getOwner(root))) {
      delete(path);
      throw new IOException(
          root + " belongs to " + Files.getOwner(root) + ". Remove it, or set java.io.tmpdir");
    }
  }

  /** Returns the directory that holds the run directories of all pools of this user. */
  public static Path root() {
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_");
    return Path.of(System.getProperty("java.io.tmpdir")).resolve("outlive-" + user + namespace());
  }

  /** Process ids of another namespace mean nothing here: its pools must not look dead. */
  private static String namespace() {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return "-" + link.replaceAll("[^0-9]", "");
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  Path path() {
    return path;
  }

  /** Returns a word that names this directory among all of this machine. */
  String token() {
    return path.getFileName() + namespace();
  }

  /** Creates the directory of one worker, with its own directory for temporary files. */
  Path createForWorker(int worker) throws IOException {
    Path own = ofWorker(worker);
    createPrivate(own);
    createPrivate(own.resolve("tmp"));
    return own;
  }

  Path ofWorker(int worker) {
    return path.resolve("worker-" + worker);
  }

  void deleteForWorker(int worker) {
    delete(ofWorker(worker));
  }

  /** Moves a crash report to where it survives the pool; where that fails it stays. */
  Path keep(Path crashReport) {
    try {
      Path crashes = root.resolve("crashes");
      createPrivate(crashes);
      Path kept = crashes.resolve(crashReport.getFileName().toString());
      Files.move(crashReport, kept, StandardCopyOption.REPLACE_EXISTING); // pids come again
      forgetOldest(crashes);
      return kept;
    } catch (IOException e) {
      return crashReport;
    }
  }

  private static void forgetOldest(Path crashes) throws IOException {
    List<Path> reports;
    try (Stream<Path> files = Files.list(crashes)) {
      reports = files.sorted(Comparator.comparingLong(RunDirectory::age).reversed()).toList();
    }
    for (Path old : reports.subList(Math.min(KEPT_CRASH_REPORTS, reports.size()), reports.size())) {
      Files.deleteIfExists(old);
    }
  }

  private static long age(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Deletes the directory and all in it. */
  void delete() {
    delete(path);
  }

  private static void createPrivate(Path directory) throws IOException {
    try {
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectory(directory, PRIVATE);
      } else {
        Files.createDirectory(directory);
      }
    } catch (FileAlreadyExistsException e) {
      requirePrivate(directory);
    }
  }

  private static void requirePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(directory + " is not a directory. Remove it, or set java.io.tmpdir");
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
          || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
        throw new IOException(
            directory + " can be written by others. Remove it, or set java.io.tmpdir");
      }
    }
  }

  private static void sweep(Path root) throws IOException {
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(root, "*-*-*")) {
      for (Path run : runs) {
        if (!ownerMayBeAlive(run.getFileName() + namespace())) {
          delete(run);
        }
      }
    }
  }

  /** Of other pid namespaces nobody knows. */
  private static boolean ownerMayBeAlive(String token) {
    String own = namespace();
    if (!token.endsWith(own)) {
      return true;
    }
    String name = token.substring(0, token.length() - own.length());
    Optional<ProcessIdentity> owner =
        ProcessIdentity.parse(name.substring(0, Math.max(0, name.lastIndexOf('-'))));
    return owner.isEmpty() || owner.get().isAlive();
  }

  /**
   * Deletes what can be deleted: what is in use, or was deleted meanwhile, is for the next sweep.
   */
  static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              return remove(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) {
              return remove(dir);
            }
          });
    } catch (IOException e) {
      // nothing is left to be walked
    }
  }

  private static FileVisitResult remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return FileVisitResult.CONTINUE;
    }
    return FileVisitResult.CONTINUE;
  }
}
