package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.UndecodableException;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.ValueWrapper;

/** What travels to a worker and back, and what is told where it cannot. Budget: 8 s. */
@ExtendWith({TravelTest.Warm.class, NoLeaks.class})
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TravelTest {
  private static ProcessPool pool;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    pool = ProcessPool.builder().name("travel").workers(1).build();
  }

  /** Has each test find the pool as it leaves it: with a worker, and the thread that decodes. */
  static final class Warm implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
      pool.call(() -> 1);
    }
  }

  /** No task of this class may cost a worker. */
  @AfterAll
  static void closeAndCountDeaths() {
    pool.close();
    assertThat(pool.snapshot().deaths()).isZero();
  }

  // ---- tasks

  record Point(int x, int y) implements Serializable {
    Point moved(int by) {
      return new Point(x + by, y + by);
    }

    static Point onAxis(int x) {
      return new Point(x, 0);
    }
  }

  enum Suit {
    HEARTS {
      @Override
      String colour() {
        return "red";
      }
    },
    SPADES {
      @Override
      String colour() {
        return "black";
      }
    };

    abstract String colour();
  }

  record Box<T extends Serializable>(T content, List<T> more) implements Serializable {}

  /** Code of the user's with a name and state, as a task. */
  record Adder(int left, int right) implements Task<Integer> {
    @Override
    public Integer call() {
      return left + right;
    }
  }

  static Stream<Arguments> tasks() {
    int captured = 20;
    String text = "captured";
    Point point = new Point(1, 2);
    Suit suit = Suit.SPADES;
    int[] numbers = {1, 2, 3};
    Box<Point> box = new Box<>(point, List.of(point, point.moved(1)));
    Task<Task<Integer>> nested = () -> () -> captured;
    return Stream.of(
        task("a lambda", () -> 42, 42),
        task("a lambda with a captured number", () -> captured + 1, 21),
        task("a lambda with captured objects", () -> text + point + suit, text + point + suit),
        task("a static method reference", TravelTest::constant, "constant"),
        task("a bound method reference", text::length, 8),
        task("a bound method reference of a record", point::x, 1),
        task("a constructor reference", Point0::new, new Point0()),
        task("a record that is a task", new Adder(2, 3), 5),
        task("a record as result", () -> point.moved(2), new Point(3, 4)),
        task("an enum with bodies", () -> suit, Suit.SPADES),
        task("an enum's own code", suit::colour, "black"),
        task("a generic record", () -> box, box),
        task("an array", () -> numbers.clone(), numbers),
        task(
            "an array of arrays",
            () -> new int[][] {{1}, {2, 3}, {}},
            new int[][] {{1}, {2, 3}, {}}),
        task("an array of records", () -> new Point[] {point, null}, new Point[] {point, null}),
        task("null", () -> null, null),
        task("java.time", () -> LocalDate.of(2025, 2, 28).plusDays(1), LocalDate.of(2025, 3, 1)),
        task("a duration", () -> Duration.ofMillis(captured), Duration.ofMillis(20)),
        task("collections", () -> Map.of("a", List.of(1, 2)), Map.of("a", List.of(1, 2))),
        task(
            "a throwable as a result",
            () -> new IOException("no failure").getMessage(),
            "no failure"),
        task("a lambda that is given a lambda", () -> nested.call().call(), 20));
  }

  record Point0() implements Serializable {}

  static String constant() {
    return "constant";
  }

  private static Arguments task(String what, Task<?> task, Object due) {
    return Arguments.of(what, task, due);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tasks")
  void travels(String what, Task<?> task, Object due) throws Exception {
    assertThat((Object) Await.result(pool.submit(task))).as(what).isEqualTo(due);
  }

  @Test
  void functionsOfEachKindTravel() throws Exception {
    int captured = 10;
    assertThat(pool.map(n -> n + captured, List.of(1, 2))).containsExactly(11, 12);
    assertThat(pool.map(Point::onAxis, List.of(1))).containsExactly(new Point(1, 0));
    assertThat(pool.map(Point::x, List.of(new Point(7, 8)))).containsExactly(7);
    assertThat(pool.map(String::toUpperCase, List.of("a", "b"))).containsExactly("A", "B");
    TaskFunction<String, StringBuilder> constructor = StringBuilder::new;
    assertThat(pool.map(constructor, List.of("abc")).getFirst().toString()).isEqualTo("abc");
    assertThat(pool.map(Suit::valueOf, List.of("HEARTS"))).containsExactly(Suit.HEARTS);
    assertThat(pool.map(n -> n % 2 == 0 ? n : null, List.of(1, 2))).containsExactly(null, 2);
  }

  @Test
  void actionsTravelAndMayThrow() throws Exception {
    Path file = directory.resolve("written");
    String path = file.toString();
    pool.call(() -> Await.leaveSign(path));
    assertThat(file).exists();
    assertThat(Await.failure(pool.submit(() -> Await.leaveSign(path))))
        .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
    Action action = () -> Files.delete(Path.of(path));
    pool.execute(action);
    Await.until("it is deleted", () -> !Files.exists(file));
  }

  @Test
  void bigValuesTravelBothWays() throws Exception {
    byte[] big = new byte[48 << 20];
    Arrays.fill(big, (byte) 7);
    big[big.length - 1] = 8;
    byte[] back =
        pool.call(
            () -> {
              byte[] answer = big.clone();
              answer[0] = 9;
              return answer;
            });
    assertThat(back.length).isEqualTo(big.length);
    assertThat(back[0]).isEqualTo((byte) 9);
    assertThat(back[back.length - 1]).isEqualTo((byte) 8);
  }

  @Test
  void aTaskGetsACopy() throws Exception {
    int[] counter = {1};
    assertThat(pool.call(() -> ++counter[0])).isEqualTo(2);
    assertThat(counter[0]).isEqualTo(1);
  }

  // ---- what exists to be shared

  /** What cost Python's users hours: a counter in a task's own object. */
  static final class Crawler implements Serializable {
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    int visit(String page) {
      return seen.merge(page, 1, Integer::sum);
    }
  }

  @Test
  void whatExistsToBeSharedIsRefusedAtSubmitWithTheWayToItAndTheCure() {
    AtomicInteger counter = new AtomicInteger();
    Crawler crawler = new Crawler();
    assertThatThrownBy(() -> pool.submit(() -> counter.incrementAndGet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the task cannot travel: it holds a " + AtomicInteger.class.getName())
        .hasMessageContaining("captured value 1")
        .hasMessageContaining("SharedLong")
        .hasMessageContaining(".allowCopies(true)");
    assertThatThrownBy(() -> pool.map(crawler::visit, List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the function cannot travel")
        .hasMessageContaining("-> field \"seen\" (java.util.concurrent.ConcurrentHashMap)");
    assertThatThrownBy(() -> pool.map(Object::toString, List.of(1, counter)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 1 cannot travel: it holds a ");
    assertThatThrownBy(() -> pool.outcomes(Object::toString, List.of(counter)).toList())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 0 cannot travel: it holds a ");
    ProcessPoolBuilder initialized =
        ProcessPool.builder().initializer(() -> counter.incrementAndGet());
    assertThatThrownBy(initialized::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the initializer cannot travel: it holds a ");
  }

  @Test
  void aResultMayHoldWhatExistsToBeShared() throws Exception {
    assertThat(pool.call(() -> new ConcurrentHashMap<>(Map.of("a", 1)))).containsEntry("a", 1);
    assertThat(pool.call(() -> new AtomicInteger(3)).get()).isEqualTo(3);
  }

  @Test
  void aPoolThatAllowsCopiesHandsThemOut() throws Exception {
    AtomicInteger counter = new AtomicInteger(1);
    try (ProcessPool copying =
        ProcessPool.builder()
            .name("copying")
            .workers(1)
            .jvmArgs(Await.QUICK_START)
            .initializer(() -> counter.incrementAndGet())
            .allowCopies(true)
            .build()) {
      assertThat(copying.call(() -> counter.incrementAndGet())).isEqualTo(2);
      assertThat(counter.get()).isEqualTo(1);
    }
  }

  // ---- what does not travel to the worker

  static final class Connection {}

  static final class Order implements Serializable {
    private final String name = "an order";
    private final Connection connection = new Connection();

    int value() {
      return name.length() + connection.hashCode();
    }
  }

  @Test
  void whatIsNotSerialisableFailsInTheCallersThreadAndNamesTheWayToIt() {
    Order order = new Order();
    List<Object> holder = List.of("fine", new Connection());
    assertThatThrownBy(() -> pool.submit(() -> order.value()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the task cannot travel")
        .hasMessageContaining("Connection is not serialisable")
        .hasMessageContaining("captured value 1")
        .hasMessageContaining("field \"connection\"")
        .hasCauseInstanceOf(NotSerializableException.class)
        .satisfies(
            error ->
                assertThat(error.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(TravelTest.class.getName())));
    assertThatThrownBy(() -> pool.map(n -> n + order.value(), List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the function cannot travel")
        .hasMessageContaining("field \"connection\"");
    assertThatThrownBy(() -> pool.map(Object::hashCode, List.of(1, order)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 1 cannot travel")
        .hasMessageContaining("field \"connection\"");
    assertThatThrownBy(() -> pool.submit(() -> holder.size()))
        .hasMessageContaining("captured value 1")
        .hasMessageContaining("element 1");
    assertThatThrownBy(() -> pool.submit(this::usesThis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(TravelTest.class.getName() + " is not serialisable");
  }

  int usesThis() {
    return directory.hashCode();
  }

  @Test
  void aFunctionWhoseClassTheWorkerDoesNotHaveFailsAndSaysWhatToAdd() throws Exception {
    try (ProcessPool bare =
        ProcessPool.builder().name("bare").workers(1).classPath(directory).build()) {
      assertThat(Await.failure(bare.submit(() -> 1)))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("class " + TravelTest.class.getName())
          .hasMessageContaining("classPath(");
      assertThat(Await.failure(bare.mapAsync(n -> n, List.of(1, 2))))
          .isInstanceOf(MapFailedException.class)
          .hasCauseInstanceOf(UndecodableException.class);
      assertThat(bare.snapshot().deaths()).isZero();
    }
  }

  // ---- what does not travel back

  @Test
  void aResultThatCannotBeEncodedFailsItsTaskAndNamesTheWay() throws Exception {
    Task<Object> task = () -> List.of("fine", new Order());
    assertThat(Await.failure(pool.submit(task)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("the result cannot be encoded")
        .hasMessageContaining("element 1")
        .hasMessageContaining("field \"connection\"");
  }

  @Test
  void aResultThatIsTooLargeFailsItsTaskAndNamesTheLimit() throws Exception {
    try (ProcessPool small =
        ProcessPool.builder()
            .name("small")
            .workers(1)
            .maxResultBytes(Bytes.ofKibibytes(64))
            .build()) {
      assertThat(Await.failure(small.submit(() -> new byte[65 << 10])))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("64.0 KiB")
          .hasMessageContaining("maxResultBytes");
      assertThat(small.call(() -> new byte[32 << 10])).hasSize(32 << 10);
    }
  }

  @Test
  void aResultOfAForeignClassIsRefusedWithTheVeryLineToAdd() throws Exception {
    Task<ValueWrapper> task = () -> ValueWrapper.create("foreign");
    String line = ".allowResults(\"org.opentest4j.ValueWrapper\")";
    assertThat(Await.failure(pool.submit(task)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("org.opentest4j.ValueWrapper")
        .hasMessageContaining(line);
    try (ProcessPool allowing =
        ProcessPool.builder()
            .name("allowing")
            .workers(1)
            .allowResults("org.opentest4j.ValueWrapper")
            .build()) {
      assertThat(allowing.call(task).getStringRepresentation()).isEqualTo("foreign");
    }
  }

  @Test
  void aLambdaAsAResultIsRefused() throws Exception {
    Task<Task<Integer>> task = () -> () -> 1;
    assertThat(Await.failure(pool.submit(task)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("java.lang.invoke.SerializedLambda");
  }

  /** Its {@code readObject} throws what it holds. */
  static final class Breaking implements Serializable {
    private final Throwable reason;

    Breaking(Throwable reason) {
      this.reason = reason;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      Throwable thrown = (Throwable) in.readFields().get("reason", null);
      throw TravelTest.<RuntimeException>sneaky(thrown);
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.putFields().put("reason", reason);
      out.writeFields();
    }
  }

  @SuppressWarnings("unchecked")
  static <E extends Throwable> E sneaky(Throwable error) throws E {
    throw (E) error;
  }

  static Stream<Throwable> errors() {
    return Stream.of(
        new IOException("arrives broken"),
        new IllegalStateException("arrives broken"),
        new AssertionError("arrives broken"),
        new NoClassDefFoundError("arrives broken"),
        new StackOverflowError("arrives broken"),
        new OutOfMemoryError("arrives broken"),
        new InternalError("arrives broken"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void aResultThatCannotBeDecodedFailsItsTaskAloneWhateverItThrows(Throwable reason)
      throws Exception {
    Task<Object> task = () -> new Breaking(reason);
    assertThat(Await.failure(pool.submit(task)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("the result cannot be decoded")
        .hasMessageContaining("arrives broken");
    assertThat(Await.failure(pool.mapAsync(n -> new Breaking(reason), List.of(1))))
        .isInstanceOf(MapFailedException.class)
        .hasCauseInstanceOf(UndecodableException.class);
    assertThat(pool.call(() -> 1)).isEqualTo(1);
  }
}
