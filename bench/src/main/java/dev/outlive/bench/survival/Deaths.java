package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scenarios in which a worker dies. */
final class Deaths {
  static final int INNOCENTS = 8;

  private static final int KILLS = 5;
  private static final int LARGE_BYTES = 1_200_000_000;
  private static final int KIBIBYTE = 1024;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SLOW = Duration.ofSeconds(100);
  private static final Pattern READ = Pattern.compile("rchar: ([0-9]+)");
  private static final Pattern SHARED = Pattern.compile("RssShmem:\\s*([0-9]+) kB");

  private Deaths() {}

  /** A task that leaves a sign and sleeps for as long as a scenario may last. */
  private static Task<String> sleeper(String sign) {
    return () -> {
      Scene.sign(sign);
      Thread.sleep(LONG);
      return "slept";
    };
  }

  /** Kills the worker of a sleeping task. */
  private static News killed(Subject subject, String sign) throws InterruptedException {
    CompletableFuture<String> victim = subject.submit(sleeper(sign));
    return News.of(victim, Scene.kill(Scene.await(sign)));
  }

  static Observations killed(Subject subject, Scene scene) throws InterruptedException {
    return killed(subject, scene.file("victim")).observed();
  }

  /** The middle one of a few. */
  static Observations latency(Subject subject, Scene scene) throws InterruptedException {
    List<Long> _ = workers(subject, scene);
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      News news = killed(subject, scene.file("victim" + i));
      if (!news.isFailure()) {
        return news.observed();
      }
      millis.add(news.millis());
    }
    millis.sort(null);
    return new News("failure", millis.get(KILLS / 2), "of " + millis).observed();
  }

  /** The innocents wait, at work and in the queue, until the victim is dead. */
  static Observations innocents(Subject subject, Scene scene) throws InterruptedException {
    String sign = scene.file("victim");
    String gate = scene.file("gate");
    CompletableFuture<String> victim = subject.submit(sleeper(sign));
    List<CompletableFuture<Integer>> innocents = new ArrayList<>();
    for (int i = 0; i < INNOCENTS; i++) {
      int number = i;
      innocents.add(subject.submit(() -> behind(gate, number)));
    }
    long start = Scene.kill(Scene.await(sign));
    News news = News.of(victim, start);
    open(gate);
    int lost = INNOCENTS;
    String said = "";
    for (int i = 0; i < INNOCENTS; i++) {
      News fate = News.of(innocents.get(i), start);
      if (fate.isResult() && fate.said().equals(Integer.toString(i))) {
        lost--;
      } else {
        said = fate.said();
      }
    }
    return news.observed().with("lost", lost).with("lostSaid", said);
  }

  private static int behind(String gate, int number) {
    long _ = Scene.await(gate);
    return number;
  }

  private static void open(String gate) {
    try {
      Scene.sign(gate);
    } catch (IOException e) {
      throw new IllegalStateException("no file can be written in the scenario's directory", e);
    }
  }

  static Observations usableAfter(Subject subject, Scene scene) throws InterruptedException {
    return killed(subject, scene.file("victim")).observed().with(next(subject));
  }

  /** Whether a task that comes after the injury has its result. */
  static Observations next(Subject subject) throws InterruptedException {
    long start = System.nanoTime();
    return News.of(subject.submit(() -> "answered"), start).next();
  }

  static Observations exit(Subject subject, Scene scene, int status) throws InterruptedException {
    String sign = scene.file("leaving");
    Task<String> task =
        () -> {
          Scene.sign(sign);
          System.exit(status);
          return "survived";
        };
    CompletableFuture<String> future = subject.submit(task);
    long _ = Scene.await(sign);
    return News.of(future, System.nanoTime()).observed();
  }

  /** Each of the idle workers, one after the other; tasks follow each time. */
  static Observations idle(Subject subject, Scene scene) throws InterruptedException {
    int answered = 0;
    int asked = 0;
    String said = "";
    for (long pid : workers(subject, scene)) {
      long start = Scene.kill(pid);
      List<CompletableFuture<Integer>> after = new ArrayList<>();
      for (int i = 0; i < INNOCENTS; i++) {
        int number = i;
        after.add(subject.submit(() -> number));
      }
      for (CompletableFuture<Integer> future : after) {
        News news = News.of(future, start);
        asked++;
        if (news.isResult()) {
          answered++;
        } else {
          said = news.said();
        }
      }
    }
    return Observations.none()
        .with("asked", asked)
        .with("answered", answered)
        .with("lostSaid", said);
  }

  /**
   * Returns the process ids of all workers, which are warm then: tasks wait until all are at work.
   */
  static List<Long> workers(Subject subject, Scene scene) throws InterruptedException {
    List<String> signs = new ArrayList<>();
    for (int i = 0; i < Subject.WORKERS; i++) {
      signs.add(scene.file("here" + i));
    }
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (String mine : signs) {
      all.add(subject.submit(() -> meet(mine, signs)));
    }
    List<Long> pids = new ArrayList<>();
    for (CompletableFuture<Long> one : all) {
      pids.add(one.join());
    }
    return pids;
  }

  private static long meet(String mine, List<String> all) throws IOException {
    Scene.sign(mine);
    for (String sign : all) {
      long _ = Scene.await(sign);
    }
    return ProcessHandle.current().pid();
  }

  /**
   * Half-way is when this process has read half of the result, or the worker has half of it in
   * memory that it shares: whatever way results take.
   */
  static Observations halfWay(Subject subject, Scene scene) throws InterruptedException {
    String sign = scene.file("victim");
    CompletableFuture<byte[]> victim = subject.submit(large(sign));
    long pid = Scene.await(sign);
    long before = number(READ, "/proc/self/io");
    boolean half =
        Scene.within(
            SLOW,
            () ->
                victim.isDone()
                    || number(READ, "/proc/self/io") - before >= LARGE_BYTES / 2
                    || number(SHARED, "/proc/" + pid + "/status") >= LARGE_BYTES / 2 / KIBIBYTE);
    if (!half || victim.isDone()) {
      return Observations.error("not injured")
          .with(News.of(victim.thenApply(all -> all.length + " bytes"), 0).observed());
    }
    News news = News.of(victim.thenApply(all -> all.length + " bytes"), Scene.kill(pid));
    return news.observed().with(next(subject));
  }

  private static Task<byte[]> large(String sign) {
    return () -> {
      byte[] all = new byte[LARGE_BYTES];
      Scene.sign(sign);
      return all;
    };
  }

  private static long number(Pattern pattern, String file) {
    try {
      Matcher found = pattern.matcher(Files.readString(Path.of(file)));
      return found.find() ? Long.parseLong(found.group(1)) : 0;
    } catch (IOException e) {
      return 0; // it is gone
    }
  }
}
