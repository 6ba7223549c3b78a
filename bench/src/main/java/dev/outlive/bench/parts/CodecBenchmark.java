package dev.outlive.bench.parts;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.task.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to make bytes of small values, and values of bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
  /** What is encoded. */
  @Param({"INTEGER", "TEXT", "LAMBDA", "RECORD", "LIST_OF_1000", "DOUBLES_1000"})
  public Kind kind = Kind.INTEGER;

  private Object value = 0;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  /** Values as tasks have them. */
  public enum Kind {
    /** An Integer. */
    INTEGER,
    /** Twenty letters. */
    TEXT,
    /** A task that captures a number. */
    LAMBDA,
    /** Two numbers and a text. */
    RECORD,
    /** A thousand Integers. */
    LIST_OF_1000,
    /** A double[1000]. */
    DOUBLES_1000;

    Object value() {
      int captured = name().length();
      return switch (this) {
        case INTEGER -> 4711;
        case TEXT -> "twenty letters or so ";
        case LAMBDA -> (Task<Integer>) () -> captured;
        case RECORD -> new Point(1, 2, "a place");
        case LIST_OF_1000 -> List.copyOf(IntStream.range(0, 1000).boxed().toList());
        case DOUBLES_1000 -> new double[1000];
      };
    }
  }

  private record Point(int x, int y, String name) implements java.io.Serializable {}

  /** Prepares the value and its bytes. */
  @Setup
  public void prepare() throws IOException {
    value = kind.value();
    bytes = JavaCodec.encode(value);
  }

  /** Value to bytes. */
  @Benchmark
  public ByteBuffer encode() throws IOException {
    return JavaCodec.encode(value);
  }

  /** Bytes to value. */
  @Benchmark
  public @Nullable Object decode() throws IOException, ClassNotFoundException {
    return JavaCodec.decode(bytes.duplicate(), CodecBenchmark.class.getClassLoader(), null);
  }
}
