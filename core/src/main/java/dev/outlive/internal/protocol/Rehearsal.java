package dev.outlive.internal.protocol;

import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * What a worker can do before it has met any code of the user's: tasks of Outlive's own. A worker
 * goes through them while it is idle, so that its first task finds the classes loaded; and an AOT
 * cache is made of a worker that does nothing else. All is encoded, as a pool would send it.
 */
public final class Rehearsal {
  private static final Loaders EVERYWHERE = Loaders.only(ClassLoader.getSystemClassLoader());
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  private Rehearsal() {}

  /** A result like those of tasks. */
  private record Line(String text, List<Integer> numbers) implements Serializable {}

  /** Returns a task that returns something, as it travels where it captures a list. */
  public static ByteBuffer task() throws IOException {
    List<Integer> captured = List.of(1);
    Task<Object> task = () -> new Line("rehearsed", captured);
    return JavaCodec.encode(task);
  }

  /** Returns a task that returns something, as it travels where it captures a number. */
  public static ByteBuffer shortTask() throws IOException {
    int captured = 1;
    Task<Object> task = () -> captured;
    return Objects.requireNonNull(LambdaCode.encode(task, EVERYWHERE));
  }

  /** Returns a task that throws. */
  public static ByteBuffer failure() throws IOException {
    Task<Object> task =
        () -> {
          throw new IllegalStateException("rehearsed", new IOException("rehearsed"));
        };
    return JavaCodec.encode(task);
  }

  /** Returns a function that is sent once for many items. */
  public static ByteBuffer function() throws IOException {
    TaskFunction<Integer, Integer> function = number -> number + 1;
    return JavaCodec.encode(function);
  }

  /** Returns work that waits until the worker has gone through all that it does while idle. */
  public static ByteBuffer awaitEnd() throws IOException {
    Action wait = Rehearsal::await;
    return JavaCodec.encode(wait);
  }

  /** This worker has gone through it. */
  public static void ended() {
    ENDED.countDown();
  }

  /** What that work is, where it has arrived. */
  public static void await() throws InterruptedException {
    ENDED.await();
  }
}
