package dev.outlive.bench.parts;

import dev.outlive.memory.SharedLock;
import dev.outlive.memory.SharedLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What shared memory costs a process that has it for itself; see {@code counter} for two. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class SharedBenchmark {
  private final SharedLong counter = SharedLong.create();
  private final SharedLock lock = counter.mutex();

  /** Frees the memory. */
  @TearDown
  public void close() {
    counter.close();
  }

  /** A volatile read. */
  @Benchmark
  public long get() {
    return counter.get();
  }

  /** An atomic addition. */
  @Benchmark
  public long increment() {
    return counter.incrementAndGet();
  }

  /** Lock, add, unlock. */
  @Benchmark
  public void locked() {
    lock.lock();
    try {
      counter.setPlain(counter.getPlain() + 1);
    } finally {
      lock.unlock();
    }
  }
}
