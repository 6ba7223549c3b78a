package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.task.MapOptions;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A program that sends many inputs through a stream, and says what its heap holds when a tenth and
 * when all of them have come out.
 */
final class ManyInputsProgram {
  private ManyInputsProgram() {}

  public static void main(String[] args) {
    int inputs = Integer.parseInt(args[1]);
    try (ProcessPool pool = ProcessPool.builder().name("many").workers(2).build()) {
      Count count = new Count(inputs);
      Stream<Integer> source = IntStream.range(0, inputs).boxed();
      MapOptions chunks = MapOptions.named("many").withChunk(1_000);
      switch (args[0]) {
        case "stream" -> pool.stream(n -> n + 1, source, chunks).forEach(count::accept);
        case "outcomes" ->
            pool.outcomes(n -> n + 1, source, chunks)
                .forEach(outcome -> count.accept(outcome.orThrow()));
        default -> source.gather(pool.gatherer(n -> n + 1, chunks)).forEach(count::accept);
      }
      System.out.println("sum " + count.sum + " killed " + pool.killedTasks().size());
    }
  }

  /** Adds up what comes out. */
  private static final class Count implements LongConsumer {
    private final int inputs;
    private long sum;
    private int number;

    Count(int inputs) {
      this.inputs = inputs;
    }

    @Override
    public void accept(long value) {
      sum += value;
      number++;
      if (number == inputs / 10 || number == inputs) {
        System.out.println("heap " + heapAfterCollection());
      }
    }

    /** The least of some: other threads are at work meanwhile. */
    private static long heapAfterCollection() {
      Runtime runtime = Runtime.getRuntime();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 5; i++) {
        System.gc();
        least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
      }
      return least;
    }
  }
}
