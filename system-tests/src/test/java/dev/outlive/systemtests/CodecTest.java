package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.UndecodableException;
import dev.outlive.spi.TaskCodec;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values travel by the codec that the user has given. Budget: 3 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CodecTest {
  /** Not serialisable: only the codec can carry it. */
  private record Point(int x, int y) {}

  /** Does points, and nothing else. */
  private static final class PointCodec implements TaskCodec {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(@Nullable Object value, OutputStream out) throws IOException {
      if (!(value instanceof Point(int x, int y))) {
        throw new IOException("no point: " + value);
      }
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(x);
      data.writeInt(y);
    }

    @Override
    public Object decode(InputStream in, ClassLoader loader) throws IOException {
      DataInputStream data = new DataInputStream(in);
      Point point = new Point(data.readInt(), data.readInt());
      if (point.x() < 0) {
        throw new IOException("left of all points");
      }
      return point;
    }
  }

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("codec")
        .workers(1)
        .jvmArgs(Await.QUICK_START)
        .codec(new PointCodec());
  }

  @Test
  void inputs_and_results_travel_by_it_and_code_does_not() throws Exception {
    int by = 10;
    try (ProcessPool pool = builder().build()) {
      assertThat(
              pool.map(
                  p -> new Point(p.x() + by, p.y()), List.of(new Point(1, 2), new Point(3, 4))))
          .containsExactly(new Point(11, 2), new Point(13, 4));
      assertThat(pool.call(() -> new Point(by, by))).isEqualTo(new Point(10, 10));
    }
  }

  @Test
  void its_failures_are_told_where_they_happen() throws Exception {
    try (ProcessPool pool = builder().build()) {
      assertThatThrownBy(() -> pool.map(n -> new Point(n, n), List.of(7)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("input 0 cannot travel: the codec")
          .hasMessageContaining("PointCodec failed")
          .hasMessageContaining("no point: 7");
      TaskFuture<String> text = pool.submit(() -> "text");
      assertThat(Await.failure(text))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("no point: text");
      TaskFuture<Point> left = pool.submit(() -> new Point(-1, 0));
      assertThat(Await.failure(left))
          .as("proved in the worker before it is sent")
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("left of all points");
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  /** A codec that cannot travel itself. */
  private static final class Stuck implements TaskCodec {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // on purpose
    private final Object notSerialisable = new Object();

    @Override
    public void encode(@Nullable Object value, OutputStream out) throws IOException {
      new ObjectOutputStream(out).writeObject(notSerialisable);
    }

    @Override
    public @Nullable Object decode(InputStream in, ClassLoader loader) {
      return null;
    }
  }

  @Test
  void a_codec_that_cannot_travel_is_refused_at_once() {
    assertThatThrownBy(() -> ProcessPool.builder().codec(new Stuck()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the codec cannot travel")
        .hasMessageContaining("notSerialisable");
  }
}
