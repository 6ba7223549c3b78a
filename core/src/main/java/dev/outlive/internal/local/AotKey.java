package dev.outlive.internal.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * For which workers an AOT cache is good: those of one build of the JDK, one build of Outlive and
 * the same options, as far as those decide about classes and not about sizes. The JVM makes sure of
 * all this too, but where it refuses a cache it starts without its own archive of classes as well,
 * and so slower than with none.
 *
 * @param word all that in sixteen digits
 * @param wide whether the heap is too large for compressed references, which the cache holds
 * @param ownJars what the cache is made of; comes first on the class path of those who use it
 * @param options those with which it is made
 */
record AotKey(String word, boolean wide, List<String> ownJars, List<String> options) {
  /** Below the 32 GiB where the JVM gives compressed references up, which depends on addresses. */
  private static final long COMPRESSED = 30L << 30;

  /** What says how much, or where to: it changes no class. */
  private static final List<String> SIZES =
      List.of(
          "-D",
          "-Xm",
          "-Xss",
          "-Xlog",
          "-XX:Max",
          "-XX:Min",
          "-XX:Initial",
          "-XX:NewSize",
          "-XX:ReservedCodeCacheSize",
          "-XX:ThreadStackSize",
          "-XX:ActiveProcessorCount");

  /** With these there is no cache, or the user has chosen one, or code of his would run. */
  private static final List<String> EXCLUDED =
      List.of(
          "@",
          "-XX:AOT",
          "-XX:Shared",
          "-XX:+AutoCreateSharedArchive",
          "-XX:Flags",
          "-XX:VMOptionsFile",
          "-Xshare",
          "-Xbootclasspath",
          "-Xrun",
          "-agent",
          "-javaagent",
          "-Djava.system.class.loader",
          "--module-path",
          "--patch-module",
          "--limit-modules",
          "--upgrade-module-path");

  /**
   * Returns the key of workers; empty: they can have no cache.
   *
   * @param options all of their options but the class path
   */
  static Optional<AotKey> of(
      Path javaHome, ClassPlaces places, MemoryPlan memory, List<String> options) {
    List<String> jars = places.own();
    boolean excluded =
        options.stream().anyMatch(option -> EXCLUDED.stream().anyMatch(option::startsWith));
    if (excluded || jars.isEmpty() || !places.modules().isEmpty()) {
      return Optional.empty();
    }
    List<String> deciding =
        options.stream().filter(option -> SIZES.stream().noneMatch(option::startsWith)).toList();
    boolean wide = wide(memory);
    List<String> facts = new ArrayList<>(deciding);
    facts.add(Boolean.toString(wide));
    try {
      facts.add(Files.readString(javaHome.resolve("release")));
      facts.add(stamp(javaHome.resolve("lib/server/libjvm.so")));
      facts.add(stamp(javaHome.resolve("lib/modules")));
      for (String jar : jars) {
        facts.add(stamp(Path.of(jar)));
        facts.add(jars.size() == 1 ? "" : jar); // the JVM takes one that was moved, but not two
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    List<String> training = options.stream().filter(option -> !option.startsWith("-D")).toList();
    return Optional.of(new AotKey(word(facts), wide, jars, training));
  }

  static boolean wide(MemoryPlan memory) {
    return memory.heapBytes() > COMPRESSED;
  }

  private static String stamp(Path file) throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    if (!found.isRegularFile()) {
      throw new IOException(file + " is not a file");
    }
    return file.getFileName() + " " + found.size() + " " + found.lastModifiedTime().toMillis();
  }

  /** Two checksums: a digest would load the security providers, before the first worker starts. */
  private static String word(List<String> facts) {
    byte[] text = String.join("\n", facts).getBytes(StandardCharsets.UTF_8);
    CRC32 high = new CRC32();
    high.update(text);
    CRC32C low = new CRC32C();
    low.update(text);
    return String.format("%08x%08x", high.getValue(), low.getValue());
  }
}
