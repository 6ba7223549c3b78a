package dev.outlive.internal.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a user's AOT caches. Each lies in a file that says in its name what it is for
 * and what its checksum is, and that came by a rename: it is whole, or it is not there.
 *
 * <pre>
 *   ~/.cache/outlive/              0700; or XDG_CACHE_HOME/outlive, or what outlive.aot.directory says
 *       KEY-CHECKSUM.aot           a cache; the eight used last are kept
 *       KEY.bad                    workers died early with it: none is made again for a day
 *       training.lock              held by the program that makes one
 * </pre>
 *
 * <p>Immutable and safe for use by many threads and programs.
 */
final class AotDirectory {
  private static final String PROPERTY = "outlive.aot.directory";
  private static final String CACHE = ".aot";
  private static final String BAD = ".bad";
  private static final String UNFINISHED = ".tmp";
  private static final String LOCK = "training.lock";
  private static final int MOST_KEPT = 8;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Duration GIVEN_UP = Duration.ofHours(1);
  private static final Duration REST = Duration.ofDays(1);

  private final Path path;

  AotDirectory(Path path) {
    this.path = path;
  }

  /** Returns where caches lie for this user; empty: there is no such place. */
  static Optional<AotDirectory> ofUser() {
    String chosen = System.getProperty(PROPERTY, "");
    if (!chosen.isBlank()) {
      return Optional.of(new AotDirectory(Path.of(chosen).toAbsolutePath()));
    }
    String caches = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    if (caches.startsWith("/")) {
      return Optional.of(new AotDirectory(Path.of(caches, "outlive")));
    }
    Path home = Path.of(System.getProperty("user.home", "")).toAbsolutePath();
    boolean usable = home.getNameCount() > 0 && Files.isDirectory(home);
    return usable
        ? Optional.of(new AotDirectory(home.resolve(".cache").resolve("outlive")))
        : Optional.empty();
  }

  Path path() {
    return path;
  }

  /**
   * Makes the directory unless it is there.
   *
   * @throws IOException if it cannot be made, or is not this user's alone
   */
  void create() throws IOException {
    Path around = path.getParent();
    if (around != null) {
      Files.createDirectories(around);
    }
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // then it is to be looked at
    }
    require();
  }

  /**
   * Makes sure that nobody but this user can have put a file there, since JVMs run what is in it.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException if somebody else can
   */
  private void require() throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is not a directory");
    }
    Set<PosixFilePermission> allowed =
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (allowed.contains(PosixFilePermission.OTHERS_WRITE)
        || allowed.contains(PosixFilePermission.GROUP_WRITE)) {
      throw new IOException(path + " can be written by others");
    }
    UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(self())) {
      throw new IOException(path + " belongs to " + owner.getName());
    }
  }

  /** The user of this process, as the kernel gives its files an owner. */
  private static UserPrincipal self() throws IOException {
    return Files.getOwner(Path.of("/proc/self"));
  }

  /**
   * Returns the cache for a key, its checksum proved; one that is damaged is deleted.
   *
   * @throws IOException if the directory is not to be used
   */
  Optional<Path> find(String key) throws IOException {
    try {
      require();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    for (Path file : list(key + "-*" + CACHE)) {
      if (isWhole(key, file)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // it is used
        return Optional.of(file);
      }
      Files.deleteIfExists(file);
    }
    return Optional.empty();
  }

  private static boolean isWhole(String key, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || !Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(self())) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return file.getFileName().toString().equals(name(key, copy(in, null)));
    }
  }

  /** Returns whether none is to be made for a key now. */
  boolean isBad(String key) {
    return isYounger(path.resolve(key + BAD), REST);
  }

  private static boolean isYounger(Path file, Duration age) {
    return modified(file).toInstant().isAfter(Instant.now().minus(age));
  }

  /** Deletes the cache of a key, and has none made again for a day: it may have been bad luck. */
  void giveUp(String key, Path cache) throws IOException {
    Files.deleteIfExists(cache);
    Files.write(path.resolve(key + BAD), new byte[0]);
  }

  /** The file that whoever makes a cache holds a lock on. */
  Path lock() {
    return path.resolve(LOCK);
  }

  /** Takes a cache in that was made elsewhere, and lets go of those that nobody has used lately. */
  Path publish(String key, Path made) throws IOException {
    Path unfinished = path.resolve(key + "-" + ProcessHandle.current().pid() + UNFINISHED);
    long checksum;
    try (InputStream in = Files.newInputStream(made);
        OutputStream out = Files.newOutputStream(unfinished)) {
      checksum = copy(in, out);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Path file = path.resolve(name(key, checksum));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    prune();
    return file;
  }

  private void prune() throws IOException {
    List<Path> caches = list("*" + CACHE);
    for (Path old : caches.subList(Math.min(MOST_KEPT, caches.size()), caches.size())) {
      Files.deleteIfExists(old);
    }
    deleteOld(UNFINISHED, GIVEN_UP);
    deleteOld(BAD, REST);
  }

  private void deleteOld(String ending, Duration age) throws IOException {
    for (Path left : list("*" + ending)) {
      if (!isYounger(left, age)) {
        Files.deleteIfExists(left);
      }
    }
  }

  /** Returns the files of a pattern, the newest first. */
  private List<Path> list(String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, pattern)) {
      files.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparing(AotDirectory::modified).reversed());
    return found;
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private static String name(String key, long checksum) {
    return key + String.format("-%08x", checksum) + CACHE;
  }

  /** Returns the checksum of what was read. */
  private static long copy(InputStream in, @Nullable OutputStream out) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      checksum.update(buffer, 0, read);
      if (out != null) {
        out.write(buffer, 0, read);
      }
    }
    return checksum.getValue();
  }
}
