package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import java.io.File;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
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
import org.junit.jupiter.params.provider.MethodSource;

/** What may come back from a worker, and what may not. */
final class ResultFilterTest {
  private static final ClassLoader LOADER = ResultFilterTest.class.getClassLoader();

  private record Own(String text, Map<String, List<Integer>> numbers) implements Serializable {}

  private static @Nullable Object back(Object value, Class<?> home, String... patterns)
      throws Exception {
    ResultFilter filter = new ResultFilter(home, List.of(patterns), 1 << 20);
    try {
      return JavaCodec.decode(JavaCodec.encode(value), LOADER, filter);
    } catch (InvalidClassException e) {
      InvalidClassException named =
          new InvalidClassException(e.getMessage() + " " + filter.refused());
      named.initCause(e);
      throw named;
    }
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
    ResultFilter filter = new ResultFilter(String.class, List.of(), 1 << 20);
    ByteBuffer bytes = JavaCodec.encode(List.of(new Own[] {new Own("a", Map.of())}));
    assertThat(filter.refused()).isNull();
    assertThatThrownBy(() -> JavaCodec.decode(bytes, LOADER, filter))
        .isInstanceOf(InvalidClassException.class);
    assertThat(filter.refused()).isEqualTo(Own.class.getName());
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
  void arrays_and_streams_beyond_the_limit_are_refused() throws Exception {
    ByteBuffer bytes = JavaCodec.encode(new byte[5_000]);
    assertThat(JavaCodec.decode(bytes, LOADER, new ResultFilter(String.class, List.of(), 6_000)))
        .isEqualTo(new byte[5_000]);
    assertThatThrownBy(
            () -> JavaCodec.decode(bytes, LOADER, new ResultFilter(String.class, List.of(), 4_999)))
        .isInstanceOf(InvalidClassException.class);
    ByteBuffer many = JavaCodec.encode(new ArrayList<>(Collections.nCopies(900, new int[0])));
    ByteBuffer long1 = JavaCodec.encode(longList());
    assertThat(JavaCodec.decode(many, LOADER, new ResultFilter(String.class, List.of(), 10_000)))
        .isNotNull();
    assertThatThrownBy(
            () -> JavaCodec.decode(long1, LOADER, new ResultFilter(String.class, List.of(), 2_000)))
        .isInstanceOf(InvalidClassException.class);
  }

  private static List<Object> longList() {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      list.add(new BigDecimal(i));
    }
    return list;
  }

  @Test
  void a_collection_that_claims_to_be_huge_is_refused_before_it_is_allocated() throws Exception {
    ByteBuffer bytes = JavaCodec.encode(new ArrayList<>(List.of(1)));
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
    assertThatThrownBy(
            () ->
                JavaCodec.decode(
                    ByteBuffer.wrap(lying),
                    LOADER,
                    new ResultFilter(String.class, List.of(), 1 << 20)))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void nesting_beyond_all_reason_ends_as_an_error_and_not_as_a_hang() throws Exception {
    Object nested = "core";
    for (int i = 0; i < 400; i++) {
      nested = new Object[] {nested};
    }
    assertThat(back(nested, String.class)).isInstanceOf(Object[].class);
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
    return new ResultFilter(home, List.of(), 1 << 20)
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
