package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.memory.SharedIntArray;
import dev.outlive.memory.SharedLong;
import java.util.Arrays;
import java.util.List;

/** Counts in workers, into one total and one histogram. */
public final class SharedTotal {
  public static void main(String[] args) throws InterruptedException {
    List<String> words = List.of("a", "process", "pool", "that", "outlives", "its", "workers");
    try (SharedLong letters = SharedLong.create(0);
        SharedIntArray byLength = SharedIntArray.create(10);
        ProcessPool pool = ProcessPool.builder().workers(2).build()) {
      pool.forEach(
          word -> {
            letters.addAndGet(word.length()); // the same memory in each worker
            byLength.incrementAndGet(word.length());
          },
          words);
      System.out.println(letters + " letters");
      System.out.println("words by length " + Arrays.toString(byLength.toArray()));
    }
  }
}
