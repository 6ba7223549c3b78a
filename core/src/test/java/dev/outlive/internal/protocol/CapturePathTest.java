package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import java.io.Externalizable;
import java.io.NotSerializableException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The message of what cannot travel names the way to it. */
final class CapturePathTest {
  private static final String HERE = CapturePathTest.class.getName();
  private static final String CURE =
      ". Make it serialisable, create it inside the task, or copy what the task needs of it into a"
          + " local variable first";

  /** Does not travel. */
  private static final class Connection {}

  private record Order(String id, @Nullable Object payload) implements Serializable {}

  private static void requirePath(Object value, String path) {
    assertThatThrownBy(() -> JavaCodec.encode(value))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(HERE + "$Connection is not serialisable; the way to it: " + path + CURE);
  }

  @Test
  void the_value_itself() {
    requirePath(new Connection(), HERE + "$Connection");
  }

  @Test
  void what_a_lambda_captures() {
    String harmless = "x";
    Connection connection = new Connection();
    Task<String> task = () -> harmless + connection;
    requirePath(task, "the lambda in " + HERE + " -> captured value 2 (" + HERE + "$Connection)");
  }

  @Test
  void what_the_owner_of_a_lambda_holds() {
    Holder holder = new Holder();
    requirePath(
        holder.task(),
        "the lambda in "
            + HERE
            + "$Holder -> this ("
            + HERE
            + "$Holder) -> field \"connection\" ("
            + HERE
            + "$Connection)");
  }

  private static final class Holder implements Serializable {
    private final Connection connection = new Connection();

    Task<Integer> task() {
      return () -> connection.hashCode();
    }
  }

  /** Does not travel, and makes a lambda that uses it. */
  private static final class Surroundings {
    Task<Integer> task() {
      return () -> hashCode();
    }
  }

  @Test
  void a_lambda_that_uses_the_object_around_it_is_told_so() {
    assertThatThrownBy(() -> JavaCodec.encode(new Surroundings().task()))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(
            HERE
                + "$Surroundings is not serialisable; the way to it: the lambda in "
                + HERE
                + "$Surroundings -> this ("
                + HERE
                + "$Surroundings). The lambda uses the object around it: make the method, field or"
                + " class of it that it uses static, or copy what the task needs into a local"
                + " variable first");
  }

  @Test
  void a_field_of_a_superclass() {
    requirePath(new Below(), HERE + "$Below -> field \"inherited\" (" + HERE + "$Connection)");
  }

  private static class Above implements Serializable {
    private final Connection inherited = new Connection();
  }

  private static final class Below extends Above {}

  @Test
  void an_array_of_arrays() {
    requirePath(
        new Object[][] {{1}, {2, new Connection()}},
        "java.lang.Object[][] -> [1] (java.lang.Object[]) -> [1] (" + HERE + "$Connection)");
  }

  @Test
  void lists_keys_and_values() {
    requirePath(
        new ArrayList<>(List.of("a", new Connection())),
        "java.util.ArrayList -> element 1 (" + HERE + "$Connection)");
    requirePath(
        new HashMap<>(Map.of("key", new Connection())),
        "java.util.HashMap -> the value of a key (" + HERE + "$Connection)");
    requirePath(
        new HashMap<>(Map.of(new Connection(), "value")),
        "java.util.HashMap -> a key (" + HERE + "$Connection)");
  }

  @Test
  void nested_things_by_the_shortest_way() {
    Connection connection = new Connection();
    Order order = new Order("1", List.of(new Order("2", connection)));
    requirePath(
        order,
        HERE
            + "$Order -> field \"payload\" (java.util.ImmutableCollections$List12) -> element 0 ("
            + HERE
            + "$Order) -> field \"payload\" ("
            + HERE
            + "$Connection)");
  }

  @Test
  void a_ring_ends() {
    List<Object> ring = new ArrayList<>();
    ring.add(ring);
    ring.add(new Connection());
    requirePath(ring, "java.util.ArrayList -> element 1 (" + HERE + "$Connection)");
  }

  @Test
  void the_comparator_of_a_sorted_collection() {
    Comparator<String> comparator = (a, b) -> a.compareTo(b);
    for (Object sorted : new Object[] {new TreeMap<>(comparator), new TreeSet<>(comparator)}) {
      assertThatThrownBy(() -> JavaCodec.encode(sorted))
          .isInstanceOf(NotSerializableException.class)
          .hasMessageContaining(sorted.getClass().getName() + " -> its comparator (" + HERE);
    }
  }

  /** A constant travels as its name, an externalisable value as it likes: their fields do not. */
  @Test
  void what_does_not_travel_is_not_blamed() {
    List<Object> value = new ArrayList<>();
    value.add(Constant.ONE);
    value.add(new Outside());
    value.add(new ByHand());
    value.add(new Order("1", new Connection()));
    requirePath(
        value,
        "java.util.ArrayList -> element 3 ("
            + HERE
            + "$Order) -> field \"payload\" ("
            + HERE
            + "$Connection)");
  }

  private enum Constant {
    ONE;

    private final Connection connection = new Connection();
  }

  /** Public for its own decoding. */
  public static final class Outside implements Externalizable {
    private final Connection connection = new Connection();

    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {}
  }

  /** Writes itself, and nothing of what it holds. */
  private static final class ByHand implements Serializable {
    private final Object held = new Object();

    private void writeObject(java.io.ObjectOutputStream out) {}
  }

  @Test
  void fields_that_do_not_travel_are_passed_over() {
    requirePath(new Partly(), HERE + "$Partly -> field \"travels\" (" + HERE + "$Connection)");
  }

  private static final class Partly implements Serializable {
    static final Connection SHARED = new Connection();
    private final transient Connection left = new Connection();
    private final Connection travels = new Connection();
  }

  @Test
  void the_class_that_the_jdk_refused_is_the_one_that_is_looked_for() {
    assertThatThrownBy(() -> JavaCodec.encode(new Order("1", Optional.of(new Connection()))))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(
            "java.util.Optional is not serialisable; the way to it: "
                + HERE
                + "$Order -> field \"payload\" (java.util.Optional)"
                + CURE);
  }

  @Test
  void a_huge_value_is_searched_only_so_far() {
    List<Object> huge = new ArrayList<>(Collections.nCopies(3, "x"));
    for (int i = 0; i < 50_000; i++) {
      huge.add(new Order("" + i, null));
    }
    huge.add(new Connection());
    assertThatThrownBy(() -> JavaCodec.encode(huge))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(HERE + "$Connection is not serialisable" + CURE);
  }

  @Test
  void the_jdk_s_own_exception_is_the_cause() {
    assertThatThrownBy(() -> JavaCodec.encode(new Connection()))
        .cause()
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(HERE + "$Connection");
  }
}
