package dev.outlive.systemtests.matrix;

import dev.outlive.systemtests.matrix.Luggage.Argument;
import dev.outlive.systemtests.matrix.Luggage.Result;
import dev.outlive.task.Task;

/** When a worker is harmed. */
enum Place {
  /** While the argument is turned into an object. */
  DECODE {
    @Override
    Task<Object> task(Way way) {
      Argument argument = new Argument(way);
      return () -> argument.hashCode();
    }
  },
  /** While the task runs. */
  TASK {
    @Override
    Task<Object> task(Way way) {
      return () -> {
        way.go();
        return "it goes on";
      };
    }
  },
  /** While the result is turned into bytes. */
  ENCODE {
    @Override
    Task<Object> task(Way way) {
      return () -> new Result(way);
    }
  },
  /** Before any task, in what the pool runs in each worker first. */
  INITIALIZER,
  /** In a hook, once the task has called {@code System.exit(0)}. */
  SHUTDOWN_HOOK {
    @Override
    Task<Object> task(Way way) {
      return () -> {
        Runtime.getRuntime().addShutdownHook(new Thread(Deed.of(way), "hook"));
        System.exit(0);
        return "it goes on";
      };
    }
  },
  /** By a thread that an earlier task has left. */
  IDLE,
  /** By a thread of the initializer, in a worker that never had a task. */
  HOLDING_NOTHING;

  /** The task that comes to harm; for the places where it is a task. */
  Task<Object> task(Way way) {
    throw new UnsupportedOperationException(this + " " + way);
  }
}
