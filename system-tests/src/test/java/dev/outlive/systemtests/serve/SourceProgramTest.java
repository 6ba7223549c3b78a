package dev.outlive.systemtests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.manager.Manager;
import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Programs that {@code java Main.java} compiles in memory. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class SourceProgramTest {
  private static final String MAIN =
      """
      import dev.outlive.*;
      import dev.outlive.failure.*;
      import dev.outlive.task.*;
      import java.util.*;

      public class Main {
        record Answer(String from, int number) implements java.io.Serializable {}

        static class Refused extends RuntimeException {
          Refused(String why) { super(why); }
        }

        public static void main(String[] args) throws Exception {
          try (ProcessPool pool = ProcessPool.builder().workers(2)
              .jvmArgs("-XX:TieredStopAtLevel=1").build()) {
            System.out.println(pool.map(Main::answer, List.of(1, 2)));
            System.out.println(pool.call(() -> Helper.help() + Main.class.getClassLoader().getClass().getSimpleName()));
            try {
              pool.submit(() -> { throw new Refused("by " + says()); }).get();
            } catch (java.util.concurrent.ExecutionException e) {
              System.out.println(e.getCause() instanceof Refused ? e.getCause().getMessage() : e);
            }
            try {
              pool.call(() -> Runtime.getRuntime().halt(3));
            } catch (WorkerDiedException e) {
              System.out.println(e.getMessage().contains("\\"Main lambda\\""));
            }
          }
        }

        static String says() { return "SAYS"; }

        static Answer answer(int n) { return new Answer(says(), n * n); }
      }
      """;

  @TempDir Path directory;

  /** The class path is the directory then, where older class files may lie. */
  @Test
  void a_stale_class_in_the_directory_is_never_run() throws Exception {
    Files.writeString(directory.resolve("Main.java"), MAIN.replace("SAYS", "fresh"));
    String helper = "public class Helper { public static String help() { return \"SAYS \"; } }";
    Files.writeString(directory.resolve("Helper.java"), helper.replace("SAYS", "fresh"));
    new Sources()
        .add("Main", MAIN.replace("SAYS", "stale"))
        .add("Helper", helper.replace("SAYS", "stale"))
        .compileTo(directory);
    for (String classPath : List.of(".", "")) {
      assertThat(run(classPath))
          .containsExactly(
              "[Answer[from=fresh, number=1], Answer[from=fresh, number=4]]",
              "fresh ServedLoader",
              "by fresh",
              "true");
    }
  }

  private List<String> run(String entry) throws Exception {
    List<String> options = new ArrayList<>(Launched.nativeAccess("ALL-UNNAMED"));
    options.addAll(List.of("-Djava.util.logging.config.file=" + quiet()));
    options.addAll(List.of("-cp", String.join(File.pathSeparator, entries(entry))));
    return Launched.run(directory, options, "Main.java").lines();
  }

  private Path quiet() throws Exception {
    return Files.writeString(directory.resolve("logging.properties"), ".level = SEVERE\n");
  }

  private static List<String> entries(String first) throws URISyntaxException {
    List<String> entries = new ArrayList<>();
    if (!first.isEmpty()) {
      entries.add(first);
    }
    entries.add(place(ProcessPool.class).toString());
    entries.add(place(Manager.class).toString());
    entries.add(place(NativeAccess.class).toString());
    return entries;
  }

  static Path place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static final String SHARING =
      """
      import dev.outlive.*;
      import dev.outlive.manager.*;
      import dev.outlive.managed.*;
      import java.util.*;

      public class Main {
        record Order(int number) implements java.io.Serializable {}

        interface Shop { boolean buy(Order order); List<Order> sold(); }

        static class OneShop implements Shop {
          private final List<Order> sold = new ArrayList<>();
          public synchronized boolean buy(Order order) { return sold.add(order); }
          public synchronized List<Order> sold() { return List.copyOf(sold); }
        }

        public static void main(String[] args) throws Exception {
          try (Manager manager = Manager.start();
              ProcessPool pool = ProcessPool.builder().workers(1)
                  .jvmArgs("-XX:TieredStopAtLevel=1").build()) {
            ManagedList<Order> orders = manager.list();
            Shop shop = manager.create(Shop.class, OneShop::new);
            pool.forEach(n -> { orders.add(new Order(n)); shop.buy(new Order(n)); }, List.of(2, 1));
            orders.sort(Comparator.comparing(Order::number));
            orders.update(0, order -> new Order(order.number() + 10));
            System.out.println(orders);
            System.out.println(shop.sold().size());
          }
        }
      }
      """;

  @Test
  void its_own_classes_and_functions_go_to_a_managers_server() throws Exception {
    Files.writeString(directory.resolve("Main.java"), SHARING);
    assertThat(run("")).containsExactly("[Order[number=11], Order[number=2]]", "2");
  }

  /** The program of the examples, with the command that its README gives. */
  @Test
  void the_one_file_program_of_the_examples_runs() throws Exception {
    Path example = examples().resolve("one-file").resolve("Squares.java");
    List<String> options = new ArrayList<>(Launched.nativeAccess("ALL-UNNAMED"));
    options.addAll(List.of("-Djava.util.logging.config.file=" + quiet()));
    options.addAll(List.of("-cp", String.join(File.pathSeparator, entries(""))));
    List<String> said = Launched.run(directory, options, example.toString()).lines();
    assertThat(said.subList(0, 3))
        .containsExactly("0 squared is 0", "1 squared is 1", "2 squared is 4");
    assertThat(said.get(3)).matches("3: .*worker \\d+ \\(pid \\d+\\).* \\(EXIT\\)");
    assertThat(said.subList(4, 6)).containsExactly("4 squared is 16", "5 squared is 25");
    assertThat(said).hasSize(6);
  }

  private static Path examples() throws URISyntaxException {
    Path place = place(SourceProgramTest.class);
    while (!Files.isDirectory(place.resolve("examples"))) {
      place = place.getParent();
    }
    return place.resolve("examples");
  }
}
