package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.text.SimpleDateFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZonedDateTime;
import java.time.chrono.JapaneseDate;
import java.time.temporal.ChronoUnit;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may come back from a worker, and what may not. */
final class ResultFilterTest {
  private static final ClassLoader LOADER = ResultFilterTest.class.getClassLoader();

  private record Own(String text, Map<String, List<Integer>> numbers) implements Serializable {}

  private static @Nullable Object back(Object value, Class<?> home, String... patterns)
      throws Exception {
    ByteBuffer bytes = JavaCodec.encode(value);
    ResultFilter filter = filter(home, List.of(patterns), 1 << 24, bytes);
    try {
      return JavaCodec.decode(bytes, LOADER, filter);
    } catch (InvalidClassException e) {
      InvalidClassException named =
          new InvalidClassException(e.getMessage() + " " + filter.refusal());
      named.initCause(e);
      throw named;
    }
  }

  private static ResultFilter filter(
      Class<?> home, List<String> patterns, long most, ByteBuffer encoded) {
    return new ResultFilter(home, patterns, most, encoded.remaining());
  }

  static Stream<Object> jdkValues() throws Exception {
    return Stream.of(
        1,
        'c',
        true,
        2.5,
        "text",
        new StringBuilder("text"),
        new BigDecimal("1.5"),
        BigInteger.TEN,
        RoundingMode.UP,
        Instant.EPOCH,
        Duration.ofSeconds(3),
        LocalDate.EPOCH,
        ZonedDateTime.parse("2026-01-01T00:00:00+01:00[Europe/Berlin]"),
        JapaneseDate.of(2026, 1, 1),
        Month.MAY,
        ChronoUnit.DAYS,
        TimeUnit.DAYS,
        new UUID(1, 2),
        new Date(0),
        new GregorianCalendar(TimeZone.getTimeZone("Europe/Berlin")),
        Locale.GERMANY,
        Currency.getInstance("EUR"),
        URI.create("https://example.org/"),
        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
        new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 80),
        new File("/tmp"),
        BitSet.valueOf(new long[] {5}),
        Pattern.compile("a*"),
        List.of(1, 2, 3),
        Set.of(1),
        Map.of("a", 1, "b", 2),
        Arrays.asList(1, 2),
        Collections.unmodifiableList(new ArrayList<>(List.of(1))),
        Collections.nCopies(5, "x"),
        Collections.emptySortedMap(),
        new ArrayList<>(List.of(1)),
        new LinkedList<>(List.of(1)),
        new ArrayDeque<>(List.of(1)),
        new PriorityQueue<>(List.of(1)),
        new HashMap<>(Map.of(1, 2)),
        new LinkedHashMap<>(Map.of(1, 2)),
        new TreeMap<>(Map.of(1, 2)),
        new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER),
        new TreeSet<>(Collections.<String>reverseOrder()),
        new TreeSet<>(Comparator.<String>naturalOrder()),
        new IdentityHashMap<>(),
        new EnumMap<>(Map.of(Month.MAY, 1)),
        EnumSet.of(Month.MAY),
        new HashSet<>(Set.of(1)),
        new LinkedHashSet<>(Set.of(1)),
        new Properties(),
        new AbstractMap.SimpleEntry<>(1, 2),
        new ConcurrentHashMap<>(Map.of(1, 2)),
        ConcurrentHashMap.newKeySet(),
        new ConcurrentSkipListMap<>(Map.of(1, 2)),
        new ConcurrentLinkedQueue<>(List.of(1)),
        new CopyOnWriteArrayList<>(List.of(1)),
        new LinkedBlockingQueue<>(List.of(1)),
        new ArrayBlockingQueue<>(3),
        new AtomicLong(3),
        new LongAdder(),
        new Random(1),
        new int[] {1},
        new String[][] {{"a"}},
        new Object[] {1, "a"},
        new List<?>[] {List.of(1)},
        new Comparable<?>[] {1, "a"},
        new Month[] {Month.MAY},
        new Instant[] {Instant.EPOCH});
  }

  /** The task's home is the JDK here, so that nothing counts as its own. */
  @ParameterizedTest
  @MethodSource("jdkValues")
  void values_and_collections_of_the_jdk_come_back(Object value) throws Exception {
    assertThat(back(value, String.class)).hasSameClassAs(value);
  }

  @Test
  void exceptions_of_any_place_come_back() throws Exception {
    Exception error = new ExecutionException(new TimeoutException("late"));
    error.addSuppressed(new java.util.zip.ZipException("damaged"));
    assertThat(back(error, String.class)).hasToString(error.toString());
    assertThat(back(new org.opentest4j.AssertionFailedError("x"), String.class)).isNotNull();
  }

  @Test
  void what_comes_from_where_the_task_comes_from_comes_back() throws Exception {
    Own own = new Own("a", new TreeMap<>(Map.of("b", List.of(1))));
    assertThat(back(own, ResultFilterTest.class)).isEqualTo(own);
    assertThat(back(new Own[] {own}, ResultFilterTest.class)).isEqualTo(new Own[] {own});
  }

  static Stream<Object> refused() throws Exception {
    Task<Integer> lambda = () -> 1;
    Object proxy =
        Proxy.newProxyInstance(
            LOADER, new Class<?>[] {Comparable.class, Serializable.class}, new Handler());
    return Stream.of(
        new Own("a", Map.of()),
        URI.create("https://example.org/").toURL(), // its hashCode asks a name server
        new SimpleDateFormat("yyyy", Locale.ROOT),
        new SecureRandom(),
        new java.security.CodeSource(null, (java.security.cert.Certificate[]) null),
        new Semaphore(1),
        lambda,
        proxy);
  }

  private static final class Handler implements java.lang.reflect.InvocationHandler, Serializable {
    @Override
    public @Nullable Object invoke(Object proxy, java.lang.reflect.Method method, Object[] args) {
      return null;
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void what_is_neither_a_value_nor_the_task_s_own_is_refused(Object value) {
    for (Object wrapped : new Object[] {value, List.of(value), new Object[] {value}}) {
      assertThatThrownBy(() -> back(wrapped, String.class))
          .isInstanceOf(InvalidClassException.class)
          .hasMessageContaining("REJECTED");
    }
  }

  @Test
  void a_refusal_names_the_class() throws Exception {
    ByteBuffer bytes = JavaCodec.encode(List.of(new Own[] {new Own("a", Map.of())}));
    ResultFilter filter = filter(String.class, List.of(), 1 << 20, bytes);
    assertThat(filter.refusal()).isNull();
    assertThatThrownBy(() -> JavaCodec.decode(bytes, LOADER, filter))
        .isInstanceOf(InvalidClassException.class);
    assertThat(filter.refusal())
        .startsWith("holds a " + Own.class.getName() + ", which is neither a value of the JDK")
        .endsWith(".allowResults(\"" + Own.class.getName() + "\")");
  }

  @Test
  void a_lambda_is_refused_even_if_it_is_the_task_s_own() {
    Task<Integer> lambda = () -> 1;
    assertThatThrownBy(() -> back(lambda, ResultFilterTest.class))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void a_pattern_allows_more_and_only_that() throws Exception {
    Own own = new Own("a", Map.of());
    assertThat(back(own, String.class, Own.class.getName())).isEqualTo(own);
    assertThat(back(own, String.class, "com.acme.**", "dev.outlive.internal.**")).isEqualTo(own);
    assertThat(back(new Own[] {own}, String.class, "dev.outlive.**")).isNotNull();
    assertThatThrownBy(() -> back(own, String.class, "com.acme.**", "dev.outlive.*"))
        .isInstanceOf(InvalidClassException.class);
    Task<Integer> lambda = () -> 1;
    assertThat(back(lambda, ResultFilterTest.class, "java.lang.invoke.SerializedLambda"))
        .isInstanceOf(Task.class);
  }

  @Test
  void the_line_of_a_refusal_is_the_one_that_helps() throws Exception {
    Task<Integer> lambda = () -> 1;
    Object proxy =
        Proxy.newProxyInstance(
            LOADER, new Class<?>[] {Greeting.class, Serializable.class}, new Handler());
    Object[] values = {
      new Own("a", Map.of()), new Own[0][0], Colour.RED, Shape.ROUND, lambda, proxy, new Own[][] {}
    };
    for (Object value : values) {
      String[] lines = {};
      Object back = null;
      for (int tries = 0; back == null && tries < 4; tries++) {
        try {
          back = back(value, String.class, lines);
        } catch (InvalidClassException e) {
          String message = e.getMessage();
          int at = message.indexOf(".allowResults(\"") + 15;
          assertThat(at).as(message).isGreaterThan(14);
          lines = Arrays.copyOf(lines, lines.length + 1);
          lines[lines.length - 1] = message.substring(at, message.indexOf('"', at));
        }
      }
      assertThat(back).as("%s with %s", value, Arrays.toString(lines)).isNotNull();
    }
  }

  interface Greeting {
    String greet();
  }

  private enum Colour {
    RED
  }

  private enum Shape {
    ROUND {
      @Override
      int corners() {
        return 0;
      }
    };

    abstract int corners();
  }

  @Test
  void a_result_beyond_the_limit_is_refused_with_both_numbers_and_the_setting() throws Exception {
    ByteBuffer bytes = streamed(new byte[5_000]);
    assertThat(decode(bytes, filter(String.class, List.of(), 6_000, bytes)))
        .isEqualTo(new byte[5_000]);
    ResultFilter small = filter(String.class, List.of(), 4_999, bytes);
    assertThatThrownBy(() -> decode(bytes, small)).isInstanceOf(InvalidClassException.class);
    assertThat(small.refusal())
        .isEqualTo(
            "has 5,027 bytes encoded, the limit is 4,999. Raise maxResultBytes, or return less");
  }

  /** As only a lying worker sends it: without the short form that the value has. */
  private static ByteBuffer streamed(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static @Nullable Object decode(ByteBuffer bytes, ResultFilter filter) throws Exception {
    return JavaCodec.decode(bytes, LOADER, filter);
  }

  static Stream<Arguments> arrays() {
    return Stream.<Object>of(
            new long[] {1},
            new double[] {1},
            new int[] {1},
            new float[] {1},
            new char[] {1},
            new short[] {1},
            new byte[] {1},
            new boolean[] {true},
            new Object[] {1},
            new String[] {"a"},
            new int[][] {{1}})
        .map(Arguments::of);
  }

  /** The length stands before the only element. */
  @ParameterizedTest
  @MethodSource("arrays")
  void an_array_that_claims_more_than_was_sent_is_refused_before_it_is_allocated(Object array)
      throws Exception {
    ByteBuffer bytes = streamed(array);
    byte[] lying = new byte[bytes.remaining()];
    bytes.get(lying);
    for (int i = 0; i < lying.length - 6; i++) {
      if (lying[i] == 0x78 && lying[i + 1] == 0x70 && lying[i + 5] == 1) { // the class has ended
        ByteBuffer.wrap(lying).putInt(i + 2, 1_000_000);
        break;
      }
    }
    ResultFilter filter = filter(String.class, List.of(), 1 << 20, ByteBuffer.wrap(lying));
    assertThatThrownBy(() -> decode(ByteBuffer.wrap(lying), filter))
        .isInstanceOf(InvalidClassException.class);
    assertThat(filter.refusal()).contains("of 1,000,000 elements", "never encoded");
  }

  /** What takes much room for few bytes, honestly. */
  @Test
  void sparse_collections_and_arrays_come_back() throws Exception {
    for (int size : new int[] {0, 1, 10, 1_000, 100_000}) {
      Map<Integer, Object> map = new HashMap<>();
      Map<Integer, Object> same = new IdentityHashMap<>();
      Map<Integer, Object> concurrent = new ConcurrentHashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(i, "");
        same.put(i, "");
        concurrent.put(i, "");
      }
      Object[] values = {
        map,
        same,
        concurrent,
        new HashSet<>(map.keySet()),
        new LinkedHashSet<>(map.keySet()),
        new ArrayList<>(Collections.nCopies(size, null)),
        new Vector<>(10 * size + 10),
        new HashMap<>(10 * size + 10),
        new ArrayBlockingQueue<>(10 * size + 10),
        new PriorityBlockingQueue<>(10 * size + 10),
        new StringBuilder(10 * size),
        new Object[size],
        new long[size],
        new boolean[size],
        new CopyOnWriteArrayList<>(Collections.nCopies(size, null)),
        new ArrayDeque<>(10 * size),
        new BitSet(size),
        List.copyOf(map.keySet()),
        Set.copyOf(map.keySet()),
        Map.copyOf(map)
      };
      for (Object value : values) {
        assertThat(back(value, String.class)).hasSameClassAs(value);
      }
    }
  }

  @Test
  void a_collection_that_claims_to_be_huge_is_refused_before_it_is_allocated() throws Exception {
    ByteBuffer bytes = streamed(new ArrayList<>(List.of(1)));
    byte[] lying = new byte[bytes.remaining()];
    bytes.get(lying);
    // ArrayList: size as a field, then capacity as four bytes of block data (0x77 0x04)
    for (int i = 0; i < lying.length - 6; i++) {
      if (lying[i] == 0x77 && lying[i + 1] == 4) {
        ByteBuffer.wrap(lying)
            .putInt(i - 4, Integer.MAX_VALUE - 8)
            .putInt(i + 2, Integer.MAX_VALUE - 8);
      }
    }
    ResultFilter filter = filter(String.class, List.of(), 1 << 20, ByteBuffer.wrap(lying));
    assertThatThrownBy(() -> decode(ByteBuffer.wrap(lying), filter))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void nesting_beyond_all_reason_ends_as_an_error_and_not_as_a_hang() throws Exception {
    Object nested = "core";
    for (int i = 0; i < 400; i++) {
      nested = new Object[] {nested};
    }
    assertThat(back(nested, String.class)).isInstanceOf(Object[].class);
    ResultFilter filter = new ResultFilter(String.class, List.of(), 1 << 20, 100);
    assertThat(filter.checkInput(new Deep())).isEqualTo(ObjectInputFilter.Status.REJECTED);
    assertThat(filter.refusal())
        .isEqualTo("is nested deeper than 10,000 objects. Flatten it in the task");
  }

  /** No stack is as deep as that. */
  private static final class Deep implements ObjectInputFilter.FilterInfo {
    @Override
    public @Nullable Class<?> serialClass() {
      return null;
    }

    @Override
    public long arrayLength() {
      return -1;
    }

    @Override
    public long depth() {
      return 10_001;
    }

    @Override
    public long references() {
      return 1;
    }

    @Override
    public long streamBytes() {
      return 1;
    }
  }

  /** Has classes in memory, which nobody can say of where they come from. */
  private static final class InMemory extends ClassLoader {
    InMemory() {
      super(LOADER);
    }

    Class<?> define(Class<?> type) throws Exception {
      String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
      try (var in = type.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        return defineClass(type.getName(), bytes, 0, bytes.length);
      }
    }
  }

  @Test
  void what_was_compiled_in_memory_is_own_code_by_its_loader() throws Exception {
    InMemory one = new InMemory();
    Class<?> home = one.define(Home.class);
    Class<?> own = one.define(Own.class);
    Class<?> other = new InMemory().define(Own.class);
    assertThat(asked(home, own)).isEqualTo(ObjectInputFilter.Status.ALLOWED);
    assertThat(asked(home, other)).isEqualTo(ObjectInputFilter.Status.REJECTED);
    assertThat(asked(home, Own.class)).isEqualTo(ObjectInputFilter.Status.REJECTED);
    assertThat(asked(Home.class, own)).isEqualTo(ObjectInputFilter.Status.REJECTED);
  }

  private static final class Home {}

  private static ObjectInputFilter.Status asked(Class<?> home, Class<?> type) {
    return new ResultFilter(home, List.of(), 1 << 20, 1 << 20)
        .checkInput(
            new ObjectInputFilter.FilterInfo() {
              @Override
              public Class<?> serialClass() {
                return type;
              }

              @Override
              public long arrayLength() {
                return -1;
              }

              @Override
              public long depth() {
                return 1;
              }

              @Override
              public long references() {
                return 1;
              }

              @Override
              public long streamBytes() {
                return 1;
              }
            });
  }
}
