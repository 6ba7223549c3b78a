package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.concurrent.locks.*;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of what exists to be shared no task gets a copy unasked. */
final class SharedStateTest {
  private static final Loaders LOADERS = Loaders.only(ClassLoader.getSystemClassLoader());
  private static final String HERE = SharedStateTest.class.getName();

  private record Holder(Object held) implements Serializable {}

  static Stream<Object> shared() {
    return Stream.of(
        new AtomicInteger(),
        new AtomicLong(),
        new AtomicBoolean(),
        new AtomicReference<>("x"),
        new AtomicIntegerArray(1),
        new AtomicLongArray(1),
        new AtomicReferenceArray<>(1),
        new LongAdder(),
        new DoubleAdder(),
        new LongAccumulator((LongBinaryOperatorOfOurs) (a, b) -> a, 0),
        new ReentrantLock(),
        new ReentrantReadWriteLock(),
        new ReentrantReadWriteLock().readLock(),
        new StampedLock(),
        new Semaphore(1),
        new LinkedBlockingQueue<>(),
        new ArrayBlockingQueue<>(1),
        new LinkedBlockingDeque<>(),
        new PriorityBlockingQueue<>(),
        new LinkedTransferQueue<>(),
        new SynchronousQueue<>(),
        new ConcurrentHashMap<>(),
        ConcurrentHashMap.newKeySet(),
        new ConcurrentHashMap<>(Map.of(1, 2)).values(),
        new ConcurrentSkipListMap<>(),
        new ConcurrentSkipListMap<>(Map.of(1, 2)).headMap(1),
        new ConcurrentSkipListSet<>(),
        new ConcurrentLinkedQueue<>(),
        new ConcurrentLinkedDeque<>(),
        new CopyOnWriteArrayList<>(),
        new CopyOnWriteArraySet<>(),
        Collections.synchronizedList(new ArrayList<>()),
        Collections.synchronizedList(new LinkedList<>()),
        Collections.synchronizedSet(new HashSet<>()),
        Collections.synchronizedSortedSet(new TreeSet<>()),
        Collections.synchronizedMap(new HashMap<>()),
        Collections.synchronizedNavigableMap(new TreeMap<>()),
        Collections.synchronizedCollection(new ArrayList<>()),
        new OwnMap());
  }

  private interface LongBinaryOperatorOfOurs
      extends java.util.function.LongBinaryOperator, Serializable {}

  private static final class OwnMap extends ConcurrentHashMap<String, String> {}

  @ParameterizedTest
  @MethodSource("shared")
  void what_exists_to_be_shared_is_refused_with_the_way_to_it_and_the_cure(Object value)
      throws IOException {
    String type = value.getClass().getName();
    Task<Integer> lambda = () -> value.hashCode();
    refused(value, type, type);
    refused(lambda, type, "the lambda in " + HERE + " -> captured value 1 (" + type + ")");
    refused(
        new Holder(List.of("a", value)),
        type,
        HERE
            + "$Holder -> field \"held\" (java.util.ImmutableCollections$List12) -> element 1 ("
            + type
            + ")");
    assertThat(JavaCodec.encode(lambda).remaining()).isPositive();
  }

  private static void refused(Object value, String type, String path) {
    assertThatThrownBy(() -> JavaCodec.encodeUnshared(value, LOADERS, SegmentStore.NONE))
        .isInstanceOf(SharedStateException.class)
        .hasMessage("it holds a " + type + "; the way to it: " + path + ". " + SharedState.CURE);
  }

  static Stream<Object> values() {
    Random random = new Random(1);
    random.nextInt();
    Properties properties = new Properties();
    properties.setProperty("a", "b");
    Exception error = new ExecutionException("x", new TimeoutException("late"));
    error.addSuppressed(new IOException("y"));
    return Stream.of(
        1,
        "text",
        new int[] {1},
        properties,
        new Vector<>(List.of(1)),
        new Hashtable<>(Map.of(1, 2)),
        new Stack<>(),
        new StringBuffer("x"),
        random,
        new SplittableRandomHolder(),
        ThreadLocalRandom.current(),
        error,
        new CancellationException(),
        TimeUnit.DAYS,
        Locale.GERMANY,
        new java.text.SimpleDateFormat("yyyy", Locale.ROOT),
        new java.text.DecimalFormat("#"),
        new GregorianCalendar(),
        new Holder(new AtomicInteger[0]),
        ConcurrentHashMap.class,
        List.of(AtomicLong.class, ReentrantLock[].class),
        Constant.ONE,
        new ByHand());
  }

  private static final class SplittableRandomHolder implements Serializable {
    private final transient SplittableRandom random = new SplittableRandom();
    private final transient ReentrantLock lock = new ReentrantLock();
  }

  /** Travels as its name. */
  private enum Constant {
    ONE;

    private final AtomicInteger count = new AtomicInteger();
  }

  /** Is replaced by what holds nothing of the kind. */
  private static final class ByHand implements Serializable {
    private final AtomicInteger count = new AtomicInteger(3);

    private Object writeReplace() {
      return new Holder(count.get());
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void values_pass_even_those_that_have_such_a_thing_inside(Object value) throws IOException {
    assertThat(JavaCodec.encodeUnshared(value, LOADERS, SegmentStore.NONE).bytes())
        .isEqualTo(JavaCodec.encode(value));
  }

  @Test
  void what_reflection_does_not_reach_is_refused_too() {
    Object[] hidden = {
      Collections.unmodifiableMap(new ConcurrentHashMap<>(Map.of(1, 2))),
      Collections.newSetFromMap(new ConcurrentHashMap<>()),
      new Outside(),
      new Written()
    };
    String[] types = {"ConcurrentHashMap", "ConcurrentHashMap", "AtomicInteger", "AtomicInteger"};
    for (int i = 0; i < hidden.length; i++) {
      Object value = hidden[i];
      assertThatThrownBy(
              () -> JavaCodec.encodeUnshared(new Holder(value), LOADERS, SegmentStore.NONE))
          .as("%s", value.getClass())
          .isInstanceOf(SharedStateException.class)
          .hasMessageContaining(types[i] + ", somewhere behind a " + value.getClass().getName())
          .hasMessageEndingWith(SharedState.CURE);
    }
  }

  /** Public for its own decoding. */
  public static final class Outside implements Externalizable {
    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
      out.writeObject(new AtomicInteger());
    }

    @Override
    public void readExternal(ObjectInput in) {}
  }

  private static final class Written implements Serializable {
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeObject(new AtomicInteger());
    }
  }

  @Test
  void one_among_very_many_is_refused_though_its_place_is_not_known() {
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add(new Holder(i));
    }
    many.add(new Holder(new AtomicLong()));
    assertThatThrownBy(() -> JavaCodec.encodeUnshared(many, LOADERS, SegmentStore.NONE))
        .isInstanceOf(SharedStateException.class)
        .hasMessageContaining("AtomicLong, somewhere behind a " + HERE + "$Holder");
  }

  @Test
  void what_could_not_travel_in_any_case_has_the_same_cure() {
    for (Object value : new Object[] {new CountDownLatch(1), new CyclicBarrier(1), new Phaser()}) {
      assertThatThrownBy(
              () -> JavaCodec.encodeUnshared(new Holder(value), LOADERS, SegmentStore.NONE))
          .hasMessageContaining(value.getClass().getName() + " is not serialisable")
          .hasMessageEndingWith(SharedState.CURE);
    }
  }
}
