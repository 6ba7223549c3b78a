package dev.outlive.testkit;

import dev.outlive.spi.TaskCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link TaskCodec}, as tests. A class of an implementation's tests extends it, and
 * says how a codec is made and which values of its own it must do.
 */
public abstract class TaskCodecKit {
  private static final int THREADS = 4;
  private static final int ROUNDS = 200;

  /** For the class that extends it. */
  protected TaskCodecKit() {}

  /** Returns the codec. */
  protected abstract TaskCodec codec();

  /** Returns values that the codec must do beside those of the kit; compared with equals. */
  protected abstract List<Object> ownValues();

  private List<@Nullable Object> values() {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(null);
    values.addAll(List.of(0, -1, Integer.MIN_VALUE, Long.MAX_VALUE, 0.1, Double.NaN, true, 'ß'));
    values.addAll(List.of("", "größer ✓", "x".repeat(100_000)));
    values.add(new ArrayList<>(List.of(1, "two", 3.0)));
    values.add(new byte[0]);
    values.add(new byte[1 << 20]);
    values.add(new int[] {1, 2, 3});
    values.addAll(ownValues());
    return values;
  }

  private static byte[] encode(TaskCodec codec, @Nullable Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    codec.encode(value, bytes);
    return bytes.toByteArray();
  }

  private @Nullable Object decode(TaskCodec codec, byte[] bytes)
      throws IOException, ClassNotFoundException {
    return codec.decode(new ByteArrayInputStream(bytes), getClass().getClassLoader());
  }

  private void requireThere(TaskCodec there, TaskCodec back)
      throws IOException, ClassNotFoundException {
    for (Object value : values()) {
      Object copy = decode(back, encode(there, value));
      if (!Arrays.deepEquals(new Object[] {value}, new Object[] {copy})) {
        throw new AssertionError("expected a copy of " + value + ", but was " + copy);
      }
    }
  }

  /** Values arrive as they were, null among them. */
  @Test
  public void valuesArriveAsTheyWere() throws Exception {
    requireThere(codec(), codec());
  }

  /** A codec is copied into each worker: both sides' copies understand each other. */
  @Test
  public void theCodecTravels() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(codec());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TaskCodec copy = (TaskCodec) Objects.requireNonNull(in.readObject());
      requireThere(codec(), copy);
      requireThere(copy, codec());
    }
  }

  /** Many threads use one codec. */
  @Test
  public void manyThreadsUseOneCodec() throws Exception {
    TaskCodec one = codec();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Callable<Void> rounds =
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              List<Integer> value = new ArrayList<>(List.of(i, i + 1));
              if (!value.equals(decode(one, encode(one, value)))) {
                throw new AssertionError("another thread's value arrived in round " + i);
              }
            }
            return null;
          };
      for (Future<Void> future : threads.invokeAll(List.of(rounds, rounds, rounds, rounds))) {
        future.get();
      }
    }
  }

  /** The stream is the caller's. */
  @Test
  public void theStreamIsLeftOpen() throws Exception {
    boolean[] closed = new boolean[1];
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int value) {
            bytes.write(value);
          }

          @Override
          public void close() {
            closed[0] = true;
          }
        };
    codec().encode("value", out);
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          public int read(byte[] target, int from, int count) throws IOException {
            return super.read(target, from, Math.min(count, 1)); // it comes in pieces
          }
        };
    Object value = codec().decode(in, getClass().getClassLoader());
    if (closed[0] || !"value".equals(value)) {
      throw new AssertionError("closed: " + closed[0] + ", read in pieces: " + value);
    }
  }

  /** Bytes that end too soon are an exception, and neither a value nor a hang. */
  @Test
  public void bytesThatEndTooSoonAreAnException() throws Exception {
    byte[] whole = encode(codec(), "a text that is long enough to be cut somewhere");
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Object value;
      try {
        value = decode(codec(), cut);
      } catch (IOException | ClassNotFoundException | RuntimeException e) {
        continue;
      }
      throw new AssertionError(
          length + " of " + whole.length + " bytes were taken for the value " + value);
    }
  }
}
