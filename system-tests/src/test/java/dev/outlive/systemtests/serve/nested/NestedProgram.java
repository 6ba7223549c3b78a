package dev.outlive.systemtests.serve.nested;

import dev.outlive.ProcessPool;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.task.Action;
import dev.outlive.task.TaskContext;
import java.io.Serializable;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** A program that has Outlive, like all else, from a loader of jars in a jar. */
public final class NestedProgram {
  record Answer(String text, boolean withContext) implements Serializable {}

  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String why) {
      super(why);
    }
  }

  /** Found by the ServiceLoader. */
  public static final class Provider implements Supplier<String> {
    @Override
    public String get() {
      return "provided";
    }
  }

  private NestedProgram() {}

  public static void main(String[] args) throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder().workers(1).jvmArgs("-XX:TieredStopAtLevel=1").build()) {
      System.out.println(ProcessPool.class.getClassLoader().getClass().getSimpleName());
      System.out.println(pool.map(NestedProgram::answer, List.of("a", "b")));
      pool.forEach(text -> System.out.println(text + " is not seen"), List.of("c"));
      System.out.println(
          pool.call(() -> ServiceLoader.load(Supplier.class).findFirst().orElseThrow().get()));
      fails(pool, () -> refuse());
      fails(pool, () -> refuseAsOutlive());
      fails(pool, () -> Runtime.getRuntime().halt(3));
      System.out.println(pool.call(NestedProgram::nested));
    }
  }

  private static void refuse() {
    throw new Refusal("refused");
  }

  /** A type that the worker has of its own, around one that it is served. */
  private static void refuseAsOutlive() {
    throw new UndecodableException("outlive's own", new Refusal("cause"));
  }

  private static void fails(ProcessPool pool, Action action) throws InterruptedException {
    try {
      System.out.println(pool.submit(action).get());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      System.out.println(
          cause instanceof WorkerDiedException died
              ? died.diagnosis().cause()
              : cause.getClass().getSimpleName()
                  + " "
                  + cause.getMessage()
                  + (cause instanceof UndecodableException ? " " + cause.getCause() : ""));
    }
  }

  private static Answer answer(String text) {
    return new Answer(text, TaskContext.current().attempt() == 1);
  }

  private static String nested() throws InterruptedException {
    try (ProcessPool pool =
        ProcessPool.builder().workers(1).jvmArgs("-XX:TieredStopAtLevel=1").build()) {
      return pool.call(() -> answer("inner").text());
    }
  }
}
