package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.local.OwnJars;
import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An AOT cache is made by a pool that is idle and used by those that come after it; and whatever is
 * wrong with it, a pool works as without. Budget: 20 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class AotCacheTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private static Path made;
  private static String classPath = "";
  private static List<String> whileMade = List.of();
  private static Path cache = Path.of("none");

  @TempDir Path scratch;
  private Path directory = Path.of("none");

  /** Two programs at once, and one cache. */
  @BeforeAll
  static void makeCache() throws Exception {
    Path jar = OwnJars.write(made.resolve("outlive.jar"));
    classPath = jar + File.pathSeparator + System.getProperty("java.class.path");
    Path directory = made.resolve("caches");
    try (Program one = making(directory);
        Program two = making(directory)) {
      whileMade = List.of(one.readAll(), two.readAll(), one.errors(), two.errors());
      one.awaitNothingLeft(LIMIT);
      two.awaitNothingLeft(LIMIT);
    }
    assertThat(caches(directory)).as("made; %s", whileMade).isNotEmpty();
    cache = caches(directory).getFirst();
  }

  /** Its training is not to wait for the processor as long as anybody else wants it. */
  private static Program making(Path directory) throws IOException {
    Path programs = Files.createDirectories(made.resolve("bin"));
    Path nice = programs.resolve("nice");
    Files.writeString(
        nice, "#!/bin/sh\n{ echo 0 > /proc/self/autogroup; } 2>/dev/null\nshift 2\nexec \"$@\"\n");
    Files.setPosixFilePermissions(nice, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> first =
        Map.of("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    return Program.start(
        made,
        first,
        List.of(),
        options(directory),
        classPath,
        AotProgram.class,
        directory.toString());
  }

  @BeforeEach
  void copyCache() throws IOException {
    directory = Files.createDirectory(scratch.resolve("caches"));
    Files.copy(cache, directory.resolve(cache.getFileName()));
  }

  private static List<String> options(Path directory) {
    List<String> options = new ArrayList<>();
    if (NativeAccess.enabled()) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    options.add("-Doutlive.aot=on");
    options.add("-Doutlive.aot.directory=" + directory);
    return options;
  }

  private static Program start(Path scratch, List<String> options, Object... arguments)
      throws IOException {
    return Program.start(
        scratch, Map.of(), List.of(), options, classPath, AotProgram.class, arguments);
  }

  private static List<Path> caches(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".aot")).toList();
    }
  }

  /** Returns what a program says, whose worker has these options; nothing may be on its stderr. */
  private String said(List<String> options, String... ofWorker) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of(""));
    arguments.addAll(List.of(ofWorker));
    try (Program program = start(scratch, options, arguments.toArray())) {
      String said = program.readAll();
      assertThat(program.errors()).isEmpty();
      program.awaitNothingLeft(LIMIT);
      return said;
    }
  }

  private String said() throws Exception {
    return said(options(directory));
  }

  /** Gives a file the checksum in its name that it has. */
  private Path named(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(Files.readAllBytes(file));
    String key = file.getFileName().toString().split("-", 2)[0];
    String name = key + String.format("-%08x", checksum.getValue()) + ".aot";
    return Files.move(file, directory.resolve(name));
  }

  private Path only() throws IOException {
    return caches(directory).getFirst();
  }

  @Test
  void programs_that_make_one_at_once_make_one_and_say_nothing_of_it() throws IOException {
    String without = "cached false\ndeaths 0\n";
    assertThat(whileMade).containsExactly(without, without, "", "");
    assertThat(caches(cache.toAbsolutePath().getParent())).hasSize(1);
  }

  @Test
  void a_later_pool_starts_its_workers_with_it_whatever_their_sizes() throws Exception {
    assertThat(said()).isEqualTo("cached true\ndeaths 0\n");
    assertThat(said(options(directory), "-Xmx64m", "-Dsome=thing")).startsWith("cached true");
  }

  @Test
  void workers_with_other_options_start_without_and_so_do_those_that_are_to() throws Exception {
    assertThat(said(options(directory), "-XX:+UseZGC")).startsWith("cached false");
    assertThat(said(options(directory), "-Xshare:off")).startsWith("cached false");
    List<String> off = options(directory);
    off.add("-Doutlive.aot=off");
    assertThat(said(off)).startsWith("cached false");
  }

  @Test
  void a_damaged_one_is_found_out_and_deleted() throws Exception {
    byte[] bytes = Files.readAllBytes(only());
    bytes[bytes.length / 2] ^= 1;
    Files.write(only(), bytes);
    assertThat(said()).isEqualTo("cached false\ndeaths 0\n");
    assertThat(caches(directory)).isEmpty();
  }

  @Test
  void what_the_jvm_does_not_take_for_one_does_no_harm() throws Exception {
    Files.writeString(only(), "no cache at all");
    Path file = named(only());
    assertThat(said()).isEqualTo("cached false\ndeaths 0\n");
    assertThat(file).exists();
  }

  @Test
  void one_that_kills_workers_at_their_start_is_given_up_and_nothing_is_charged() throws Exception {
    byte[] bytes = Files.readAllBytes(only());
    for (int i = bytes.length / 3; i < bytes.length / 3 + 4000; i++) {
      bytes[i] ^= (byte) 0xFF;
    }
    Files.write(only(), bytes);
    Path deadly = named(only());
    try (Program program = start(scratch, options(directory), "")) {
      // at the first notice of a death another is launched: a third may be on its way by then
      assertThat(program.readAll()).matches("cached false\ndeaths [23]\n");
      assertThat(program.errors()).contains("two workers died before they did anything");
      program.awaitNothingLeft(LIMIT);
    }
    assertThat(deadly).doesNotExist();
    assertThat(said()).isEqualTo("cached false\ndeaths 0\n");
  }

  @Test
  void where_no_directory_can_be_made_workers_start_without() throws Exception {
    assertThat(said(options(Path.of("/proc/outlive")))).isEqualTo("cached false\ndeaths 0\n");
    Path file = Files.createFile(scratch.resolve("file"));
    assertThat(said(options(file.resolve("caches")))).isEqualTo("cached false\ndeaths 0\n");
  }
}
