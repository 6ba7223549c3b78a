package dev.outlive.systemtests.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.ProcessPool;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tasks, values and exceptions of classes that only a loader of the program has. Budget: 30 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ServedClassesTest {
  private static final String JOBS =
      """
      package acme;
      import dev.outlive.task.*;
      import java.io.*;
      import java.util.*;
      import java.util.function.Supplier;
      public class Jobs {
        public record Point(int x, List<Integer> more) implements Serializable {}
        public static class Trouble extends RuntimeException {
          public final Point where = new Point(7, List.of());
          public Trouble(String text) { super(text); }
        }
        public static class Noting implements Serializable {
          public static String seen = "";
          public String atDecode = "";
          public String atEncode = "";
          private static String context() {
            ClassLoader now = Thread.currentThread().getContextClassLoader();
            return now == Noting.class.getClassLoader() ? "own" : "other " + now;
          }
          private void writeObject(ObjectOutputStream out) throws IOException {
            atEncode = context();
            out.defaultWriteObject();
          }
          private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            atDecode = context();
          }
        }
        private static int calls;
        public static Task<Object> point() { return () -> new Point(1, List.of(2, 3)); }
        public static Task<Object> trouble() { return () -> { throw new Trouble("on purpose"); }; }
        public static TaskFunction<Point, Point> twice() { return p -> new Point(2 * p.x(), p.more()); }
        public static Object onePoint() { return new Point(4, List.of(5)); }
        public static Object name() { return new Name(); }
        public static Action remember() { return () -> calls = 41; }
        public static Task<Object> remembered() { return () -> ++calls; }
        public static Task<Object> needsOther() { return () -> Other.answer(); }
        public static Task<Object> contexts() {
          Noting carried = new Noting();
          return () -> {
            carried.atEncode = "";
            Noting back = new Noting();
            Noting.seen = carried.atDecode + "," + Noting.context();
            back.atDecode = Noting.seen;
            return List.of(Noting.seen, back);
          };
        }
        public static Task<Object> services() {
          return () -> {
            List<Object> found = new ArrayList<>();
            ServiceLoader.load(Supplier.class).forEach(one -> found.add(one.get()));
            Class<?> own = Jobs.class;
            found.add(new String(own.getResourceAsStream("/acme/text.txt").readAllBytes()));
            found.add(String.valueOf(own.getResource("/acme/none.txt")));
            found.add(own.getResource("/acme/Jobs.class") != null);
            found.add(own.getProtectionDomain().getCodeSource().getLocation().toString());
            found.add(own.getResource("/java/lang/Object.class").getProtocol());
            return found;
          };
        }
        public static Task<Object> nested() {
          return () -> {
            try (dev.outlive.ProcessPool inner =
                dev.outlive.ProcessPool.builder().name("inner").workers(1)
                    .jvmArgs("-XX:TieredStopAtLevel=1").build()) {
              return inner.call(() -> new Point(Other.answer(), List.of()));
            }
          };
        }
      }
      """;
  private static final String OTHER =
      "package acme; public class Other { public static int answer() { return 42; } }";

  private static String name(String says) {
    return "package acme; public class Name implements java.io.Serializable {"
        + " public String toString() { return \""
        + says
        + "\"; } }";
  }

  private static Sources jobs(String says) {
    return new Sources()
        .add("acme.Jobs", JOBS)
        .add("acme.Other", OTHER)
        .add("acme.Name", name(says));
  }

  private static ProcessPool pool() {
    return ProcessPool.builder()
        .name("serve")
        .workers(1)
        .grace(Duration.ofMillis(500))
        .jvmArgs(Await.QUICK_START)
        .build();
  }

  @TempDir Path directory;

  @Test
  void what_was_compiled_in_memory_runs_and_what_comes_back_is_of_its_own_loader()
      throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    try (ProcessPool pool = pool()) {
      Object point = pool.call(loader.task("acme.Jobs", "point"));
      assertThat(point).hasToString("Point[x=1, more=[2, 3]]");
      assertThat(point.getClass().getClassLoader()).isSameAs(loader);

      @SuppressWarnings("unchecked") // of points, which this JVM's class path does not know
      TaskFunction<Object, Object> twice =
          (TaskFunction<Object, Object>) loader.make("acme.Jobs", "twice");
      Object input = loader.make("acme.Jobs", "onePoint");
      assertThat(pool.map(twice, List.of(input, input)).toString())
          .isEqualTo("[Point[x=8, more=[5]], Point[x=8, more=[5]]]");
      pool.forEach(one -> one.toString(), List.of(input));

      TaskFailedException failed =
          catchThrowableOfType(
              TaskFailedException.class, () -> pool.call(loader.task("acme.Jobs", "trouble")));
      assertThat(failed.getCause()).hasMessage("on purpose");
      assertThat(failed.getCause().getClass().getClassLoader()).isSameAs(loader);
    }
  }

  @Test
  void the_context_class_loader_is_the_task_s_while_it_is_decoded_called_and_encoded()
      throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    try (ProcessPool pool = pool()) {
      List<?> seen = (List<?>) pool.call(loader.task("acme.Jobs", "contexts"));
      assertThat(seen.getFirst()).isEqualTo("own,own");
      assertThat(seen.get(1).getClass().getField("atEncode").get(seen.get(1))).isEqualTo("own");
      assertThat(
              pool.call(
                  () ->
                      Thread.currentThread().getContextClassLoader()
                          == ClassLoader.getSystemClassLoader()))
          .isTrue();
    }
  }

  @Test
  void an_initializer_may_be_of_such_a_class_and_statics_stay() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("serve")
            .workers(1)
            .jvmArgs(Await.QUICK_START)
            .initializer((Action) loader.make("acme.Jobs", "remember"))
            .build()) {
      assertThat(pool.call(loader.task("acme.Jobs", "remembered"))).isEqualTo(42);
      assertThat(pool.call(loader.task("acme.Jobs", "remembered"))).isEqualTo(43);
    }
  }

  @Test
  void two_loaders_with_one_class_name_stay_two_in_one_task() throws Exception {
    MemoryLoader one = new MemoryLoader(jobs("one").compile(), true);
    MemoryLoader two = new MemoryLoader(jobs("two").compile(), true);
    Object first = one.make("acme.Jobs", "name");
    Object second = two.make("acme.Jobs", "name");
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("serve")
            .workers(1)
            .jvmArgs(Await.QUICK_START)
            .allowResults("acme.*")
            .build()) {
      List<?> back = pool.call(() -> List.of(first, second, first.toString(), second.toString()));
      assertThat(back.get(0).getClass()).isSameAs(first.getClass());
      assertThat(back.get(1).getClass()).isSameAs(second.getClass());
      assertThat(back.subList(2, 4)).isEqualTo(List.of("one", "two"));
      assertThat(pool.call(two.task("acme.Jobs", "point")).getClass().getClassLoader())
          .isSameAs(two);
    }
  }

  @Test
  void a_class_of_another_loader_is_not_the_task_s_own_code() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("one").compile(), true);
    Object name = loader.make("acme.Jobs", "name");
    try (ProcessPool pool = pool()) {
      assertThatThrownBy(() -> pool.call(() -> name))
          .hasMessageContaining(".allowResults(\"acme.Name\")");
    }
  }

  @Test
  void a_child_loader_gives_its_services_and_resources() throws Exception {
    jobs("a")
        .add(
            "acme.Provider",
            "package acme; public class Provider implements java.util.function.Supplier<String> {"
                + " public String get() { return \"provided\"; } }")
        .compileTo(directory);
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(Supplier.class.getName()), "acme.Provider\n");
    Files.writeString(directory.resolve("acme/text.txt"), "größer");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        ProcessPool pool = pool()) {
      assertThat(pool.call(MemoryLoader.task(loader, "acme.Jobs", "services")))
          .isEqualTo(
              List.of(
                  "provided", "größer", "null", true, directory.toUri().toURL().toString(), "jrt"));
    }
  }

  @Test
  void a_worker_that_is_a_parent_serves_what_it_is_served() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    try (ProcessPool pool = pool()) {
      assertThat(pool.call(loader.task("acme.Jobs", "nested"))).hasToString("Point[x=42, more=[]]");
    }
  }

  /** More than may ask at a time. */
  @Test
  void all_threads_of_a_task_can_load_classes_at_once() throws Exception {
    int many = 300;
    Sources sources =
        new Sources()
            .add(
                "acme.Many",
                """
                package acme;
                import java.util.concurrent.*;
                import java.util.stream.*;
                public class Many {
                  public static dev.outlive.task.Task<Object> task() {
                    return () -> {
                      try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                          Thread.ofPlatform().factory())) {
                        return IntStream.range(0, 300)
                            .mapToObj(i -> threads.submit(() -> load(i)))
                            .toList().stream().mapToInt(Many::get).sum();
                      }
                    };
                  }
                  static int get(Future<Integer> one) {
                    try {
                      return one.get();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  }
                  static int load(int i) throws Exception {
                    return (int) Class.forName("acme.C" + i).getField("value").get(null);
                  }
                }
                """);
    for (int i = 0; i < many; i++) {
      String source = "package acme; public class C%d { public static int value = %d; }";
      sources.add("acme.C" + i, source.formatted(i, i));
    }
    MemoryLoader loader = new MemoryLoader(sources.compile(), true);
    try (ProcessPool pool = pool()) {
      assertThat(pool.call(loader.task("acme.Many", "task"))).isEqualTo(many * (many - 1) / 2);
    }
  }

  // ---- what cannot be had

  @Test
  void a_loader_that_keeps_its_bytes_is_refused_at_submit() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), false);
    Task<Object> task = loader.task("acme.Jobs", "point");
    try (ProcessPool pool = pool()) {
      assertThatThrownBy(() -> pool.submit(task))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("acme.Jobs")
          .hasMessageContaining(MemoryLoader.class.getName())
          .hasMessageContaining(
              "must give the bytes of its classes by getResourceAsStream(\"acme/Jobs.class\")");
      assertThat(pool.snapshot().workers()).isEmpty();
    }
  }

  @Test
  void a_class_on_the_class_path_is_never_taken_for_one_of_its_name_in_a_loader() throws Exception {
    Sources sources =
        new Sources()
            .add(
                "dev.outlive.systemtests.serve.Stale",
                """
                package dev.outlive.systemtests.serve;
                public class Stale {
                  public static dev.outlive.task.Task<Object> task() { return () -> "fresh"; }
                }
                """);
    MemoryLoader gives = new MemoryLoader(sources.compile(), true);
    MemoryLoader keeps = new MemoryLoader(sources.compile(), false);
    try (ProcessPool pool = pool()) {
      assertThat(pool.call(gives.task(Stale.class.getName(), "task"))).isEqualTo("fresh");
      Task<Object> kept = keeps.task(Stale.class.getName(), "task");
      assertThatThrownBy(() -> pool.submit(kept)).hasMessageContaining("does not give its bytes");
      assertThat(pool.call(Stale.task())).isEqualTo("stale");
    }
  }

  private static void assertMissesAClass(ProcessPool pool, MemoryLoader loader, String why) {
    TaskFailedException failed =
        catchThrowableOfType(
            TaskFailedException.class, () -> pool.call(loader.task("acme.Jobs", "needsOther")));
    assertThat(failed.getCause())
        .isInstanceOf(NoClassDefFoundError.class)
        .cause()
        .hasMessageContaining(why);
  }

  @Test
  void a_loader_that_throws_fails_the_task_and_a_later_one_tries_again() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    loader.before =
        type -> {
          if (type.equals("acme.Other")) {
            throw new IllegalStateException("closed for today");
          }
        };
    try (ProcessPool pool = pool()) {
      assertMissesAClass(pool, loader, "closed for today");
      loader.before = type -> {};
      assertThat(pool.call(loader.task("acme.Jobs", "needsOther"))).isEqualTo(42);
      assertThat(pool.snapshot().workers()).hasSize(1);
    }
  }

  @Test
  void a_loader_that_hangs_fails_the_task_within_a_bound_and_a_later_one_tries_again()
      throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    CountDownLatch interrupted = new CountDownLatch(1);
    loader.before = hangsOnOther(interrupted);
    try (ProcessPool pool = pool()) {
      assertMissesAClass(pool, loader, "has not given it within 10000 ms");
      interrupted.await();
      loader.before = type -> {};
      assertThat(pool.call(loader.task("acme.Jobs", "needsOther"))).isEqualTo(42);
    }
  }

  @Test
  void a_task_that_waits_for_a_class_can_be_cancelled() throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    loader.before =
        type -> {
          if (type.equals("acme.Other")) {
            asked.countDown();
          }
          hangsOnOther(interrupted).accept(type);
        };
    try (ProcessPool pool = pool()) {
      TaskFuture<Object> future = pool.submit(loader.task("acme.Jobs", "needsOther"));
      asked.await();
      assertThat(future.cancel(true)).isTrue();
      interrupted.await(); // the worker was killed, and with it went its question
      loader.before = type -> {};
      assertThat(pool.call(loader.task("acme.Jobs", "needsOther"))).isEqualTo(42);
      assertThat(pool.snapshot().state()).isEqualTo(PoolSnapshot.State.OPEN);
    }
  }

  private static java.util.function.Consumer<String> hangsOnOther(CountDownLatch interrupted) {
    return type -> {
      if (type.equals("acme.Other")) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted.countDown();
        }
      }
    };
  }

  @Test
  void a_loader_can_be_collected_once_nothing_refers_to_it() throws Exception {
    try (ProcessPool pool = pool()) {
      WeakReference<ClassLoader> loader = usedLoader(pool);
      Await.until(
          "the loader is collected",
          () -> {
            System.gc();
            return loader.refersTo(null);
          });
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
  }

  private static WeakReference<ClassLoader> usedLoader(ProcessPool pool) throws Exception {
    MemoryLoader loader = new MemoryLoader(jobs("a").compile(), true);
    assertThat(pool.call(loader.task("acme.Jobs", "needsOther"))).isEqualTo(42);
    return new WeakReference<>(loader);
  }

  // ---- JShell

  /** A snippet's classes lie in a loader of JShell's, which gives their bytes. */
  @Test
  void a_snippet_of_jshell_is_a_task() {
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      eval(shell, "import dev.outlive.*;");
      eval(shell, "record Point(int x) implements java.io.Serializable {}");
      eval(shell, "int twice(int n) { return 2 * n; }");
      eval(
          shell,
          "var pool = ProcessPool.builder().workers(1).jvmArgs(\"-XX:TieredStopAtLevel=1\")"
              + ".build();");
      assertThat(eval(shell, "pool.map(n -> new Point(twice(n)), java.util.List.of(1, 2))"))
          .isEqualTo("[Point[x=2], Point[x=4]]");
      eval(shell, "pool.close();");
    }
  }

  private static String eval(JShell shell, String snippet) {
    SnippetEvent event = shell.eval(snippet).getFirst();
    assertThat(event.exception()).as(snippet).isNull();
    assertThat(event.status()).as(snippet).isEqualTo(jdk.jshell.Snippet.Status.VALID);
    return String.valueOf(event.value());
  }
}
