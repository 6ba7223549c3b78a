package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Bytes;
import dev.outlive.testkit.Crash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A program with a pool, which ends in one way or another, or is ended. */
final class ParentProgram {
  /** What its workers are at. */
  enum State {
    STARTING,
    IDLE,
    BUSY,
    ISOLATED,
    PLAIN_CHILDREN,
    INHERIT_IO_CHILDREN,
    NATIVE_CHILDREN
  }

  /** How it ends. */
  enum Ending {
    WAIT,
    CLOSE,
    SHUTDOWN_NOW,
    EXIT,
    RETURN,
    THROW,
    COUNT_ZOMBIES
  }

  static final String READY = "ready";
  static final int EXIT_STATUS = 3;
  private static final int WORKERS = 2;

  private ParentProgram() {}

  public static void main(String[] args) throws Exception {
    State state = State.valueOf(args[0]);
    Ending ending = Ending.valueOf(args[1]);
    ProcessPool pool =
        ProcessPool.builder()
            .name("parent")
            .workers(WORKERS)
            .maxHeap(Bytes.ofMebibytes(64))
            .grace(Duration.ofMillis(500))
            .isolateMemory(state == State.ISOLATED)
            .build();
    bring(pool, state);
    System.out.println(READY);
    System.out.flush();
    switch (ending) {
      case WAIT -> Thread.sleep(Duration.ofMinutes(5));
      case CLOSE -> pool.close();
      case SHUTDOWN_NOW -> {
        pool.shutdownNow();
        pool.close();
      }
      case EXIT -> System.exit(EXIT_STATUS);
      case RETURN -> {}
      case THROW -> throw new IllegalStateException("on purpose");
      case COUNT_ZOMBIES -> {
        pool.shutdownNow();
        pool.close();
        Await.until("no zombie is left", () -> zombies().isEmpty());
        System.out.println("pid " + ProcessHandle.current().pid() + " zombies " + zombies());
      }
    }
  }

  private static void bring(ProcessPool pool, State state) throws Exception {
    switch (state) {
      case STARTING -> hang(pool);
      case IDLE -> {
        for (int i = 0; i < WORKERS; i++) {
          pool.submit(() -> Thread.sleep(100));
        }
        Await.until("idle", () -> pool.snapshot().done() == WORKERS);
      }
      case BUSY, ISOLATED -> busy(pool);
      case PLAIN_CHILDREN -> leave(pool, Crash.Child.PLAIN);
      case INHERIT_IO_CHILDREN -> leave(pool, Crash.Child.INHERIT_IO);
      case NATIVE_CHILDREN -> leave(pool, Crash.Child.NATIVE);
    }
  }

  private static void leave(ProcessPool pool, Crash.Child how) throws Exception {
    pool.call(() -> Crash.leaveChild(how));
    busy(pool);
  }

  private static void busy(ProcessPool pool) throws Exception {
    hang(pool);
    Await.until(
        "busy",
        () -> pool.snapshot().workers().stream().filter(ParentProgram::busy).count() == WORKERS);
  }

  private static boolean busy(PoolSnapshot.Worker worker) {
    return worker.state() == PoolSnapshot.WorkerState.BUSY;
  }

  private static void hang(ProcessPool pool) {
    for (int i = 0; i < WORKERS; i++) {
      pool.submit(() -> Thread.sleep(Duration.ofMinutes(10)));
    }
  }

  private static List<String> zombies() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .map(ParentProgram::stat)
          .filter(stat -> stat.startsWith(") Z", Math.max(0, stat.lastIndexOf(')'))))
          .toList();
    }
  }

  private static String stat(Path process) {
    try {
      return Files.readString(process.resolve("stat"));
    } catch (IOException e) {
      return "";
    }
  }
}
