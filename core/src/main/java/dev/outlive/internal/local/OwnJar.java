package dev.outlive.internal.local;

import dev.outlive.internal.protocol.OwnClasses;
import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.NativeAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Outlive's own classes as something that stands on a class path: the jars or directories that they
 * lie in, or, where a program's loader has them from elsewhere (a jar within a jar), a jar that is
 * made of them.
 */
final class OwnJar {
  private static final Pattern NAME = Pattern.compile("dev/outlive/[\\w/$]+");

  /**
   * From these all others are reached; a task may open a pool of its own. What shared memory needs
   * of this machine: its own classes are served like the program's.
   */
  private static final List<String> ROOTS =
      List.of(
          WorkerArguments.MAIN_CLASS.replace('.', '/'),
          "dev/outlive/ProcessPool",
          "dev/outlive/os/Futex",
          "dev/outlive/os/ReservedFile",
          "dev/outlive/os/RobustMutex");

  private static final LocalDateTime NO_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private static final List<String> RESOURCES = List.of("dev/outlive/os/guardian.sh");

  private OwnJar() {}

  /**
   * Returns the entries of a class path on which Outlive lies.
   *
   * @param directory where a jar may be written to
   * @throws IOException if it cannot be written
   */
  static List<String> classPath(Path directory) throws IOException {
    List<String> entries = new ArrayList<>();
    for (Class<?> type : List.of(WorkerArguments.class, NativeAccess.class)) {
      Optional<Path> place = place(type);
      if (place.isEmpty()) {
        return List.of(write(directory.resolve("outlive.jar")).toString());
      }
      entries.add(place.get().toString());
    }
    return entries;
  }

  private static Optional<Path> place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    if (location == null || !location.getProtocol().equals("file")) {
      return Optional.empty();
    }
    try {
      Path place = Path.of(location.toURI());
      boolean plain = ClassLoader.getSystemClassLoader().equals(type.getClassLoader());
      return plain || holds(place, file(type)) ? Optional.of(place) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  private static boolean holds(Path place, String file) {
    if (Files.isDirectory(place)) {
      return Files.exists(place.resolve(file));
    }
    try (ZipFile jar = new ZipFile(place.toFile())) {
      return jar.getEntry(file) != null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Writes all of them into a jar. Its time says what is in it: by that, its name and its size the
   * JVM knows the jar that an AOT cache was made of.
   */
  static Path write(Path jar) throws IOException {
    CRC32 checksum = new CRC32();
    try (OutputStream file = new CheckedOutputStream(Files.newOutputStream(jar), checksum);
        JarOutputStream out = new JarOutputStream(file)) {
      Deque<String> open = new ArrayDeque<>(ROOTS);
      Set<String> seen = new HashSet<>(ROOTS);
      for (String name = open.poll(); name != null; name = open.poll()) {
        Optional<byte[]> bytes = read(name + ".class");
        if (bytes.isPresent()) {
          add(out, name + ".class", bytes.get());
          named(bytes.get()).stream().filter(seen::add).forEach(open::add);
        }
      }
      for (String name : RESOURCES) {
        add(out, name, read(name).orElseThrow(() -> new IOException(name + " is missing")));
      }
    }
    Files.setLastModifiedTime(jar, FileTime.from(checksum.getValue() / 4, TimeUnit.SECONDS));
    return jar;
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private static Optional<byte[]> read(String file) throws IOException {
    try (InputStream in = OwnJar.class.getClassLoader().getResourceAsStream(file)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  /** The classes of Outlive's that a class file names, in whatever way. */
  private static Set<String> named(byte[] classFile) {
    Set<String> names = new HashSet<>();
    for (PoolEntry entry : ClassFile.of().parse(classFile).constantPool()) {
      if (entry instanceof Utf8Entry text) {
        Matcher name = NAME.matcher(text.stringValue());
        while (name.find()) {
          if (own(name.group())) {
            names.add(name.group());
          }
        }
      }
    }
    return names;
  }

  private static boolean own(String name) {
    return OwnClasses.PACKAGES.contains(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
  }
}
