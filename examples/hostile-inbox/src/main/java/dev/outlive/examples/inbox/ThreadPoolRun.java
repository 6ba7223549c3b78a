package dev.outlive.examples.inbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The inbox read by a thread pool, as a program would that knows nothing of its dangers. Prints a
 * line for each document as soon as it is done, and a last one if it ever gets there.
 */
public final class ThreadPoolRun {
  static final String ANSWER = "answer";
  static final String ERROR = "error";

  private static final int THREADS = 2;

  private ThreadPoolRun() {}

  /**
   * Reads the inbox on two threads: {@code DIR}.
   *
   * @param args the inbox
   * @throws IOException if there is no manifest
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path inbox = Path.of(args[0]);
    List<Manifest.Entry> documents = Manifest.read(inbox).entries();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      ExecutorCompletionService<String> answers = new ExecutorCompletionService<>(pool);
      for (Manifest.Entry document : documents) {
        answers.submit(
            () ->
                document.name() + "\t" + Extract.digest(inbox.resolve(document.name()).toString()));
      }
      for (int done = 0; done < documents.size(); done++) {
        try {
          System.out.println(ANSWER + "\t" + answers.take().get());
        } catch (ExecutionException e) {
          System.out.println(ERROR + "\t" + e.getCause());
        }
      }
    }
    System.out.println("all " + documents.size() + " documents are done");
  }
}
