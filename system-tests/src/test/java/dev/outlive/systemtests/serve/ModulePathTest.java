package dev.outlive.systemtests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are modules: so are they in the workers. Budget: 10 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ModulePathTest {
  private static final String MODULE =
      """
      module app {
        requires dev.outlive;
        uses java.util.function.Supplier;
        provides java.util.function.Supplier with app.Provider;
      }
      """;
  private static final String PROVIDER =
      """
      package app;
      public class Provider implements java.util.function.Supplier<String> {
        public String get() { return "provided"; }
      }
      """;
  private static final String MAIN =
      """
      package app;
      import dev.outlive.*;
      import dev.outlive.task.*;
      import java.util.*;
      import java.util.function.Supplier;
      public class Main {
        record Answer(String module, boolean open, String provided) implements java.io.Serializable {}
        static class Refusal extends RuntimeException { Refusal(String why) { super(why); } }
        public static void main(String[] args) throws Exception {
          try (ProcessPool pool = ProcessPool.builder().workers(1)
              .jvmArgs("-XX:TieredStopAtLevel=1").build()) {
            System.out.println(pool.map(Main::answer, List.of(1)));
            TaskFuture<Integer> one = pool.submit(() -> 1);
            one.get();
            System.out.println(one.outcome().record().name());
            try {
              pool.submit(() -> { throw new Refusal("refused"); }).get();
            } catch (java.util.concurrent.ExecutionException e) {
              System.out.println(e.getCause());
            }
            System.out.println(pool.call(() -> ProcessPool.class.getModule() + " "
                + ModuleLayer.boot().findModule("java.sql").isPresent()));
            System.out.println(pool.call(() -> System.getProperty("said")));
          }
        }
        static Answer answer(int n) {
          return new Answer(
              Main.class.getModule().getName(),
              Object.class.getModule().isOpen("java.lang", Main.class.getModule()),
              ServiceLoader.load(Supplier.class).findFirst().orElseThrow().get().toString());
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void a_module_of_the_program_is_a_module_in_its_workers() throws Exception {
    String outlive = modulePathOfOutlive();
    Path app = compile(List.of("--module-path", outlive));
    List<String> options = options("dev.outlive.os", "java.base/java.lang=app");
    options.addAll(List.of("--module-path", "app" + File.pathSeparator + outlive));
    assertThat(app.getFileName()).hasToString("app"); // relative: workers may run elsewhere
    assertThat(Launched.run(directory, options, "-m", "app/app.Main").lines())
        .containsExactly(
            "[Answer[module=app, open=true, provided=provided]]",
            "Main lambda",
            "app.Main$Refusal: refused",
            "module dev.outlive true",
            "two words");
  }

  /** Outlive on the class path, the program an automatic reader of it. */
  @Test
  void a_module_beside_a_class_path_is_a_module_too() throws Exception {
    String classPath = modulePathOfOutlive();
    Path home = directory.resolve("app");
    Sources plain = new Sources().add("app.Main", MAIN).add("app.Provider", PROVIDER);
    Sources.write(home, plain.compile(List.of("-cp", classPath)));
    Files.createDirectories(home.resolve("META-INF/services"));
    Files.writeString(
        home.resolve("META-INF/services/java.util.function.Supplier"), "app.Provider");
    Path library = directory.resolve("library");
    Sources.write(
        library,
        new Sources()
            .add("module-info", "module library { exports library; }")
            .add("library.Thing", "package library; public class Thing {}")
            .compile(List.of("-d", library.toString())));
    List<String> options = options("ALL-UNNAMED", "java.base/java.lang=library");
    options.addAll(List.of("--module-path", library.toString(), "--add-modules", "library"));
    options.addAll(List.of("-cp", "app" + File.pathSeparator + classPath));
    assertThat(Launched.run(directory, options, "app.Main").lines().getFirst())
        .isEqualTo("[Answer[module=null, open=false, provided=provided]]");
  }

  private Path compile(List<String> options) throws Exception {
    Sources sources =
        new Sources()
            .add("module-info", MODULE)
            .add("app.Main", MAIN)
            .add("app.Provider", PROVIDER);
    return Sources.write(directory.resolve("app"), sources.compile(options));
  }

  private static String modulePathOfOutlive() throws Exception {
    return SourceProgramTest.place(ProcessPool.class)
        + File.pathSeparator
        + SourceProgramTest.place(NativeAccess.class);
  }

  /** Some of them in an argument file. */
  private List<String> options(String nativeModules, String opened) throws Exception {
    Path file = directory.resolve("options");
    Files.writeString(
        file, "--add-modules java.sql\n\"-Dsaid=two words\" # --add-opens is below\n");
    List<String> options = new ArrayList<>(Launched.nativeAccess(nativeModules));
    options.addAll(List.of("@" + file, "--add-opens", opened));
    return options;
  }
}
