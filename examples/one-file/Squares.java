import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.task.TaskFuture;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Squares numbers in processes of their own, one of which does not come back. */
public final class Squares {
  record Square(int of, int value) implements Serializable {
    @Override
    public String toString() {
      return of + " squared is " + value;
    }
  }

  public static void main(String[] args) throws InterruptedException {
    try (ProcessPool pool = ProcessPool.builder().name("squares").workers(2).build()) {
      Map<Integer, TaskFuture<Square>> futures = new LinkedHashMap<>();
      for (int i = 0; i < 6; i++) {
        int number = i;
        futures.put(number, pool.submit(() -> square(number)));
      }
      for (Map.Entry<Integer, TaskFuture<Square>> future : futures.entrySet()) {
        try {
          System.out.println(future.getValue().get());
        } catch (ExecutionException e) {
          WorkerDiedException died = (WorkerDiedException) e.getCause();
          String summary = died.diagnosis().summary();
          System.out.println(
              future.getKey() + ": " + summary + " (" + died.diagnosis().cause() + ")");
        }
      }
    }
  }

  static Square square(int number) {
    if (number == 3) {
      System.exit(1);
    }
    return new Square(number, number * number);
  }
}
