package dev.outlive.systemtests.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.ProcessPool;
import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.Cgroup;
import dev.outlive.systemtests.process.Program;
import dev.outlive.systemtests.process.Signal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.spi.ToolProvider;

/** A round in a program of its own, which is short of something, or stopped, or killed. */
final class Child {
  private static final Duration LEFT_LIMIT = Duration.ofSeconds(20);
  private static final int MOST_DESCRIPTORS = 400;
  private static final String DISK_SIZE = "24m";
  private static final int KILLED_SIGNAL = 137;

  private final Scenario scenario;
  private final boolean whole;
  private final long seed;
  private final Books books;
  private final SplittableRandom random;

  private Child(Scenario scenario, boolean whole, long seed, Books books) {
    this.scenario = scenario;
    this.whole = whole;
    this.seed = seed;
    this.books = books;
    this.random = new SplittableRandom(~seed);
  }

  static void round(Scenario scenario, boolean whole, long seed, Books books) throws Exception {
    new Child(scenario, whole, seed, books).round();
  }

  private void round() throws Exception {
    switch (scenario) {
      case DISK_FULL -> onSmallDisk();
      case DESCRIPTORS -> withFewDescriptors();
      case PROCESSES -> inControlGroup();
      case PARENT_STOP, PARENT_KILL -> run(List.of(), List.of());
      default -> throw new IllegalArgumentException(scenario + " is at home here");
    }
  }

  /** Harms the program until it has ended. */
  private interface Meddler {
    void meddle(Program program, Books.Injector injector) throws Exception;
  }

  private void run(List<String> before, List<String> options) throws Exception {
    run(
        before,
        options,
        switch (scenario) {
          case PARENT_STOP -> this::stopNowAndThen;
          case PARENT_KILL -> this::killOnce;
          default -> (_, _) -> {};
        });
  }

  private void run(List<String> before, List<String> options, Meddler meddler) throws Exception {
    run(before, options, System.getProperty("java.class.path"), meddler);
  }

  private void run(List<String> before, List<String> options, String classPath, Meddler meddler)
      throws Exception {
    List<String> all = new ArrayList<>(options);
    if (NativeAccess.enabled()) {
      all.add("--enable-native-access=ALL-UNNAMED");
    }
    Path scratch = Files.createTempDirectory("storm");
    List<String> left = new ArrayList<>();
    try (Books.Injector injector = new Books.Injector(books);
        Program program =
            Program.start(
                scratch,
                Map.of(),
                before,
                all,
                classPath,
                StormProgram.class,
                scenario,
                whole,
                seed,
                books.directory())) {
      program.awaitLine(StormProgram.BEGINS);
      meddler.meddle(program, injector);
      String said = program.readAll();
      int exit = program.exitValue(Duration.ofMinutes(1));
      if (exit != (scenario == Scenario.PARENT_KILL ? KILLED_SIGNAL : 0)) {
        left.add("the program ended with " + exit + ": " + said + program.errors());
      } else if (!program.errors().isEmpty()) {
        System.err.println(scenario + " says: " + program.errors());
      }
      try {
        program.awaitNothingLeft(LEFT_LIMIT);
      } catch (AssertionError e) {
        if (!isSwept(program)) {
          left.add(e.getMessage() + ": " + program.started());
        }
      }
    }
    if (Files.exists(books.left())) {
      left.addAll(Files.readAllLines(books.left()));
    }
    books.leave(left);
    Run.delete(scratch);
  }

  /**
   * Whether all that is left of it is the directory that it had made before its guardian was there,
   * and is gone with the next pool.
   */
  private boolean isSwept(Program program) throws IOException {
    if (scenario != Scenario.PARENT_KILL || !program.started().isEmpty()) {
      return false;
    }
    try (ProcessPool _ = ProcessPool.builder().name("sweeper").build()) {
      return program.runDirectories().isEmpty();
    }
  }

  private void stopNowAndThen(Program program, Books.Injector injector) throws Exception {
    while (!program.endsWithin(Duration.ofMillis(random.nextInt(100, 1_500)))) {
      injector.about(Kind.PARENT_STOP, 0, program.pid());
      if (Signal.STOP.reaches(program.pid())) {
        injector.done(Kind.PARENT_STOP, 0, program.pid());
        Thread.sleep(random.nextInt(200, 3_000));
        boolean _ = Signal.CONT.reaches(program.pid());
      }
    }
  }

  private void killOnce(Program program, Books.Injector injector) throws Exception {
    Thread.sleep(random.nextInt(4_000));
    injector.about(Kind.PARENT_KILL, 0, program.pid());
    program.kill();
    injector.done(Kind.PARENT_KILL, 0, program.pid());
  }

  private void inControlGroup() throws Exception {
    try (Cgroup group = Cgroup.create("pids")) {
      run(
          List.of("sh", "-c", group.join() + "; exec \"$@\"", "sh"),
          List.of(),
          (program, injector) -> {
            program.awaitLine(StormProgram.UNDER_WAY);
            while (!program.endsWithin(Duration.ofMillis(random.nextInt(50, 600)))) {
              injector.about(Kind.PROCESSES, 0, 0);
              group.set("pids.max", group.read("pids.current").strip());
              injector.done(Kind.PROCESSES, 0, 0);
              Thread.sleep(random.nextInt(20, 600));
              group.set("pids.max", "max");
            }
          });
    }
  }

  /**
   * Its classes are in jars, which a JVM keeps open: those of a directory take a descriptor each.
   */
  private void withFewDescriptors() throws Exception {
    Path jars = Files.createTempDirectory("jars");
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Files.isDirectory(Path.of(entry)) ? jar(entry, jars) : entry);
    }
    run(
        List.of("sh", "-c", "ulimit -n " + MOST_DESCRIPTORS + "; exec \"$@\"", "sh"),
        List.of(),
        String.join(File.pathSeparator, classPath),
        (_, _) -> {});
    Run.delete(jars);
  }

  private static String jar(String directory, Path into) throws IOException {
    String jar = Files.createTempFile(into, "classes", ".jar").toString();
    int exit =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "--create", "--file", jar, "-C", directory, ".");
    if (exit != 0) {
      throw new IOException("jar ended with " + exit);
    }
    return jar;
  }

  private void onSmallDisk() throws Exception {
    Path disk = Files.createTempDirectory("disk");
    boolean mounted = sh("mount -t tmpfs -o size=" + DISK_SIZE + " outlive-chaos '" + disk + "'");
    try {
      assumeTrue(mounted, "no small disk can be mounted here");
      run(List.of(), List.of("-Djava.io.tmpdir=" + disk));
      try (var files = Files.walk(disk)) {
        List<String> left = new ArrayList<>(Files.readAllLines(books.left()));
        files
            .filter(file -> file.getFileName().toString().matches("[0-9]+-[0-9]+-[0-9]+"))
            .forEach(file -> left.add("run directory " + file));
        books.leave(left);
      }
    } finally {
      if (mounted && !sh("umount '" + disk + "'")) {
        System.err.println(disk + " is still mounted: somebody uses it");
      }
      Files.deleteIfExists(disk);
    }
  }

  private static boolean sh(String line) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", line).inheritIO().start().waitFor() == 0;
  }
}
