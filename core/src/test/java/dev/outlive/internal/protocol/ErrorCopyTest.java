package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.outlive.failure.RemoteError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A copy says what the original said, without its classes, and whatever its methods do. */
final class ErrorCopyTest {
  private static RemoteError copy(Throwable error) {
    try {
      return ErrorCopy.decode(ErrorCopy.encode(error));
    } catch (ProtocolException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void class_message_and_frames_are_those_of_the_original() {
    Throwable original = thrownInside();
    RemoteError copy = copy(original);
    assertThat(copy.className()).isEqualTo("java.lang.IndexOutOfBoundsException");
    assertThat(copy).hasMessage(original.getMessage()).hasToString(original.toString());
    assertThat(lines(copy)).isEqualTo(lines(original));
    assertThat(lines(copy).getFirst()).startsWith("java.base/");
  }

  private static Throwable thrownInside() {
    try {
      return new IllegalStateException("unreachable: " + List.of(1).get(3));
    } catch (IndexOutOfBoundsException e) {
      return e;
    }
  }

  private static List<String> lines(Throwable error) {
    return Arrays.stream(error.getStackTrace()).map(StackTraceElement::toString).toList();
  }

  @Test
  void frames_are_equal_in_every_part_that_is_shown() {
    StackTraceElement[] frames = {
      new StackTraceElement("loader", "com.acme", "1.2", "com.acme.A", "run", "A.java", 12),
      new StackTraceElement(null, null, null, "com.acme.B", "<init>", null, -1),
      new StackTraceElement("com.acme.C", "call", "C.java", -2),
    };
    Exception original = new Exception("x");
    original.setStackTrace(frames);
    assertThat(copy(original).getStackTrace()).containsExactly(frames);
  }

  @Test
  void a_missing_message_stays_missing_and_an_empty_one_empty() {
    assertThat(copy(new Exception()).getMessage()).isNull();
    assertThat(copy(new Exception())).hasToString("java.lang.Exception");
    assertThat(copy(new Exception(""))).hasMessage("");
    assertThat(copy(new Exception("größer ✓\n\u0000"))).hasMessage("größer ✓\n\u0000");
  }

  @Test
  void causes_and_suppressed_exceptions_come_along_in_their_order() {
    Exception original = new Exception("top", new IOException("below", new Error("bottom")));
    original.addSuppressed(new IllegalStateException("first"));
    original.addSuppressed(new IllegalArgumentException("second", new Error("of the second")));
    assertThat(printed(copy(original))).isEqualTo(printed(original));
  }

  private static String printed(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void a_cause_that_two_share_is_the_cause_of_both() {
    Exception shared = new Exception("shared");
    Exception original = new Exception("top", new Exception("left", shared));
    original.addSuppressed(new Exception("right", shared));
    original.addSuppressed(shared);
    RemoteError copy = copy(original);
    Throwable left = copy.getCause();
    Throwable right = copy.getSuppressed()[0];
    assertThat(left).hasMessage("left");
    assertThat(left.getCause()).isSameAs(right.getCause());
    assertThat(right.getCause()).hasMessage("shared").isSameAs(copy.getSuppressed()[1]);
  }

  @Test
  void an_earlier_exception_that_is_the_cause_of_a_later_one_stays_its_cause() {
    Exception cause = new Exception("cause");
    Exception original = new Exception("top", cause);
    original.addSuppressed(new Exception("suppressed", cause));
    RemoteError copy = copy(original);
    assertThat(copy.getSuppressed()[0].getCause()).isSameAs(copy.getCause());
  }

  @Test
  void a_ring_is_cut_where_it_closes_and_what_hangs_on_it_stays() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    second.addSuppressed(first);
    second.addSuppressed(new Exception("hangs on"));
    RemoteError copy = copy(first);
    assertThat(copy).hasMessage("first");
    assertThat(copy.getCause()).hasMessage("second").hasNoCause();
    assertThat(copy.getCause().getSuppressed()).hasSize(1);
    assertThat(copy.getCause().getSuppressed()[0]).hasMessage("hangs on");
  }

  @Test
  void an_exception_that_is_its_own_cause_arrives_without() {
    @SuppressWarnings("serial")
    class Own extends Exception {
      @Override
      public synchronized Throwable getCause() {
        return this;
      }
    }

    assertThat(copy(new Own())).hasNoCause();
  }

  @Test
  void methods_that_throw_or_return_null_cost_only_what_they_would_have_said() {
    RemoteError copy = copy(new Hostile(new AssertionError("from a method")));
    assertThat(copy).hasMessage("(its getMessage() failed)").hasNoCause();
    assertThat(copy.className()).isEqualTo(Hostile.class.getName());
    assertThat(copy.getStackTrace()).isEmpty();
    assertThat(copy(new Hostile(new StackOverflowError()))).hasMessageContaining("failed");
    assertThat(copy(new Hostile(new IllegalStateException()))).hasMessageContaining("failed");
    assertThat(copy(new Hostile(null)).getStackTrace()).isEmpty();
    assertThat(copy(new Exception("top", new Hostile(null))).getCause()).hasMessage(null);
  }

  private static final class Hostile extends RuntimeException {
    private final @Nullable Throwable thrown;

    Hostile(@Nullable Throwable thrown) {
      this.thrown = thrown;
    }

    private <T> @Nullable T fail() {
      switch (thrown) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null -> {}
        default -> throw new UncheckedIOException(new IOException(thrown));
      }
      return null;
    }

    @Override
    public String getMessage() {
      return fail();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return fail();
    }

    @Override
    public synchronized Throwable getCause() {
      return fail();
    }
  }

  @Test
  void frames_that_are_null_are_left_out() {
    StackTraceElement known = new StackTraceElement("A", "run", "A.java", 1);
    @SuppressWarnings("serial")
    class Holes extends Exception {
      @Override
      public StackTraceElement[] getStackTrace() {
        return new StackTraceElement[] {null, known, null};
      }
    }

    assertThat(copy(new Holes()).getStackTrace()).containsExactly(known);
  }

  @Test
  void a_thousand_causes_arrive_as_the_first_64() {
    Exception original = new Exception("1000");
    for (int i = 999; i > 0; i--) {
      original = new Exception(Integer.toString(i), original);
    }
    Throwable copy = copy(original);
    int depth = 0;
    for (Throwable one = copy; one != null; one = one.getCause()) {
      assertThat(one).hasMessage(Integer.toString(++depth));
    }
    assertThat(depth).isEqualTo(64);
  }

  @Test
  void a_thousand_suppressed_ones_arrive_as_the_first_63() {
    Exception original = new Exception("top");
    for (int i = 0; i < 1000; i++) {
      original.addSuppressed(new Exception("s" + i));
    }
    assertThat(copy(original).getSuppressed()).hasSize(63);
  }

  @Test
  void endless_frames_and_an_endless_message_are_bounded() {
    Exception original = new Exception("m".repeat(1_000_000));
    original.setStackTrace(
        Collections.nCopies(5_000, new StackTraceElement("A", "run", "A.java", 1))
            .toArray(StackTraceElement[]::new));
    RemoteError copy = copy(original);
    assertThat(copy.getMessage()).hasSize(65_536).matches("m+");
    assertThat(copy.getStackTrace()).hasSize(1024);
  }

  @Test
  void an_end_at_any_byte_is_found() {
    ByteBuffer whole = ErrorCopy.encode(small());
    for (int length = 0; length < whole.remaining(); length++) {
      ByteBuffer cut = whole.slice(0, length);
      assertThatExceptionOfType(ProtocolException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> ErrorCopy.decode(cut));
    }
  }

  @Test
  void bytes_after_the_end_are_found() {
    ByteBuffer whole = ErrorCopy.encode(small());
    ByteBuffer longer =
        ByteBuffer.allocate(whole.remaining() + 1).put(whole).flip().limit(1 + whole.limit());
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ErrorCopy.decode(longer))
        .withMessage("the copy of an exception is 1 bytes too long");
  }

  /** A checksum guards the frame; here a worker lies: what it says stays bounded and finite. */
  @Test
  void damage_gives_a_copy_without_rings_or_a_protocol_exception() {
    ByteBuffer whole = ErrorCopy.encode(small());
    SplittableRandom random = new SplittableRandom(20_260_103);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = new byte[whole.remaining()];
      whole.duplicate().get(damaged);
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) (random.nextInt(6) - 2);
      }
      try {
        RemoteError copy = ErrorCopy.decode(ByteBuffer.wrap(damaged));
        requireNoRing(copy, Collections.newSetFromMap(new java.util.IdentityHashMap<>()));
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  private static void requireNoRing(Throwable error, Set<Throwable> above) {
    assertThat(above.add(error)).isTrue();
    List<Throwable> below = new ArrayList<>(List.of(error.getSuppressed()));
    if (error.getCause() != null) {
      below.add(error.getCause());
    }
    below.forEach(one -> requireNoRing(one, above));
    above.remove(error);
  }

  /** Few frames, so that damage often meets an arrow. */
  private static Exception small() {
    Exception shared = bare("shared", null);
    Exception original = bare("top", bare("middle", shared));
    original.addSuppressed(bare("suppressed", shared));
    return original;
  }

  private static Exception bare(String message, @Nullable Throwable cause) {
    Exception error = new Exception(message, cause);
    error.setStackTrace(new StackTraceElement[] {new StackTraceElement("A", "b", "A.java", 3)});
    return error;
  }
}
