package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.Task;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose decoding calls code that is not the JDK's. */
final class EncodedTypesTest {
  private static final Loaders LOADERS = Loaders.only(ClassLoader.getSystemClassLoader());

  private record Plain(int number) implements Serializable {}

  private static class Reading implements Serializable {
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
    }
  }

  private static final class Below extends Reading {}

  private static final class NoData implements Serializable {
    private void readObjectNoData() {}
  }

  private static class Resolving {
    protected Object readResolve() {
      return this;
    }
  }

  private static final class Inherits extends Resolving implements Serializable {}

  private record Resolved(int number) implements Serializable {
    private Object readResolve() {
      return this;
    }
  }

  /** Public for its own decoding. */
  public static final class Outside implements Externalizable {
    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {}
  }

  private static final class Failure extends Exception {
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
    }
  }

  private enum Constant {
    ONE {
      @Override
      Object readResolve() {
        return this;
      }
    };

    abstract Object readResolve();
  }

  static Stream<Object> running() {
    return Stream.of(
        new Reading(),
        new Below(),
        new NoData(),
        new Inherits(),
        new Resolved(1),
        new Outside(),
        new Failure(),
        List.of(1, Map.of("a", new Reading())),
        new Reading[] {new Reading()},
        new IOException(new Failure()));
  }

  @ParameterizedTest
  @MethodSource("running")
  void methods_that_take_part_in_decoding_are_seen(Object value) throws IOException {
    assertThat(JavaCodec.encode(value, LOADERS, SegmentStore.NONE).runsCode()).isTrue();
  }

  static Stream<Object> quiet() {
    Task<Integer> lambda = () -> 1;
    return Stream.of(
        1,
        "text",
        new Plain(1),
        new ArrayList<>(List.of(new Plain(1))),
        new HashMap<>(Map.of("a", 1)),
        new ConcurrentHashMap<>(Map.of(1, 2)),
        Instant.EPOCH,
        new IOException("x"),
        Constant.ONE,
        List.of((Object) new Reading[0]),
        lambda);
  }

  @ParameterizedTest
  @MethodSource("quiet")
  void values_of_the_jdk_and_plain_classes_cost_nothing(Object value) throws IOException {
    JavaCodec.Encoded encoded = JavaCodec.encode(value, LOADERS, SegmentStore.NONE);
    assertThat(encoded.runsCode()).isFalse();
    assertThat(encoded.parcel().bytes()).isEqualTo(JavaCodec.encode(value));
  }
}
