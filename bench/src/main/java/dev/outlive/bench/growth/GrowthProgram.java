package dev.outlive.bench.growth;

import dev.outlive.ProcessPool;
import dev.outlive.bench.Arrivals;
import dev.outlive.memory.SharedInt;
import dev.outlive.task.Bytes;
import dev.outlive.task.MapOptions;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The program that measures one point of one axis, {@code AXIS SIZE}, and prints it. */
public final class GrowthProgram {
  private static final int WORKERS = 2;
  private static final int WARM_UP = 20_000;
  private static final MapOptions IN_CHUNKS = MapOptions.DEFAULTS.withChunk(100);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5); // of 64 at once
  private static final int TASKS_FOR_WORKERS = 2_000;
  private static final int TRIES = 5;
  private static final double MICROS = 1e3;
  private static final double MILLIS = 1e6;

  private GrowthProgram() {}

  /** Measures. */
  @SuppressWarnings("SystemOut") // the line of JSON is what this program is for
  public static void main(String[] arguments) throws Exception {
    int size = Integer.parseInt(arguments[1]);
    Point point =
        switch (Axis.valueOf(arguments[0])) {
          case TASKS -> tasks(size);
          case WORKERS -> workers(size);
          case RESULT -> result(size);
          case QUEUE -> queue(size);
        };
    System.out.println(point.json());
  }

  private static Point tasks(int number) throws IOException {
    try (ProcessPool pool = ProcessPool.builder().workers(WORKERS).build()) {
      drain(pool, WARM_UP);
      List<Long> times = new ArrayList<>();
      for (int i = 0; i < (number <= 1_000 ? TRIES : 1); i++) {
        long began = System.nanoTime();
        drain(pool, number);
        times.add(System.nanoTime() - began);
      }
      return point(number, middle(times) / MICROS / number, Point.NONE);
    }
  }

  private static void drain(ProcessPool pool, int number) {
    long sum;
    try (Stream<Integer> outputs =
        pool.stream(n -> n, IntStream.range(0, number).boxed(), IN_CHUNKS)) {
      sum = outputs.mapToLong(Integer::longValue).sum();
    }
    if (sum != number * (number - 1L) / 2) {
      throw new AssertionError("the sum of " + number + " outputs is " + sum);
    }
  }

  private static Point workers(int number) throws Exception {
    try (SharedInt here = SharedInt.create();
        ProcessPool pool =
            ProcessPool.builder().workers(number).startTimeout(START_TIMEOUT).build()) {
      List<TaskFuture<Void>> first = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        first.add(pool.submit(() -> awaitAll(here, number)));
      }
      for (TaskFuture<Void> one : first) {
        one.get();
      }
      submitted(pool, TASKS_FOR_WORKERS);
      long began = System.nanoTime();
      submitted(pool, TASKS_FOR_WORKERS);
      double taken = System.nanoTime() - began;
      return point(number, taken / MICROS / TASKS_FOR_WORKERS, Point.NONE);
    }
  }

  /** Ends when each worker has a task. */
  private static void awaitAll(SharedInt here, int number) throws InterruptedException {
    Arrivals.arrive(here);
    Arrivals.await(here, number);
  }

  private static void submitted(ProcessPool pool, int number) throws Exception {
    for (TaskFuture<Integer> future : submit(pool, number)) {
      future.get();
    }
  }

  private static List<TaskFuture<Integer>> submit(ProcessPool pool, int number) {
    List<TaskFuture<Integer>> futures = new ArrayList<>(number);
    for (int i = 0; i < number; i++) {
      futures.add(pool.submit(() -> 0));
    }
    return futures;
  }

  private static Point result(int bytes) throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      List<Long> times = new ArrayList<>();
      byte[] got = {};
      for (int i = 0; i <= (bytes > 100_000_000 ? 2 : TRIES); i++) {
        got = new byte[0]; // what came before may go
        long began = System.nanoTime();
        got = pool.call(() -> new byte[bytes]);
        if (i > 0) {
          times.add(System.nanoTime() - began);
        }
      }
      Point point = point(bytes, middle(times) / MILLIS, Point.NONE);
      if (got.length != bytes) {
        throw new AssertionError(got.length + " bytes of " + bytes);
      }
      return point;
    }
  }

  private static Point queue(int number) throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(WORKERS)
            .queueLimit(Integer.MAX_VALUE, Bytes.ofGibibytes(16))
            .build()) {
      submitted(pool, WARM_UP);
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < (number <= 1_000 ? TRIES : 1); i++) {
        points.add(queued(pool, number));
      }
      points.sort(Comparator.comparingDouble(Point::time));
      return points.get(points.size() / 2);
    }
  }

  private static Point queued(ProcessPool pool, int number) throws Exception {
    try (SharedInt held = SharedInt.create();
        SharedInt open = SharedInt.create()) {
      List<TaskFuture<Void>> holding = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        holding.add(pool.submit(() -> hold(held, open)));
      }
      Arrivals.await(held, WORKERS);
      long began = System.nanoTime();
      List<TaskFuture<Integer>> waiting = submit(pool, number);
      double in = System.nanoTime() - began;
      double heap = heap();
      began = System.nanoTime();
      Arrivals.arrive(open);
      for (TaskFuture<Integer> one : waiting) {
        one.get();
      }
      double out = System.nanoTime() - began;
      for (TaskFuture<Void> one : holding) {
        one.get();
      }
      return new Point(number, in / MICROS / number, out / MICROS / number, heap, peak());
    }
  }

  private static void hold(SharedInt held, SharedInt open) throws InterruptedException {
    Arrivals.arrive(held);
    Arrivals.await(open, 1);
  }

  // ---- what the program holds

  private static Point point(int at, double time, double after) throws IOException {
    return new Point(at, time, after, heap(), peak());
  }

  private static double middle(List<Long> times) {
    Collections.sort(times);
    return times.get(times.size() / 2);
  }

  @SuppressWarnings("SystemGc") // what is left after it is what is measured
  private static double heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
  }

  /** The most that this process has ever held, resident; 0 where the kernel does not tell. */
  private static double peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      String line = lines.filter(text -> text.startsWith("VmHWM:")).findFirst().orElse("0");
      return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    }
  }
}
