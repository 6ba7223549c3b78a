package dev.outlive.examples.inbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Shows what becomes of a thread pool with a hostile inbox: runs {@link ThreadPoolRun} in a JVM of
 * its own, kills that after a time limit and says in a sentence how it ended.
 */
public final class ThreadPoolDemo {
  /** How long the thread pool's JVM may run before it is killed. */
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private static final int PROGRESS_STEP = 50;

  private final PrintStream out;
  private int answers; // reader thread, then who joined it
  private int errors; // as answers

  private ThreadPoolDemo(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs the demonstration: {@code DIR}. Prints a line for every 50 documents, and the sentence.
   *
   * @param args the inbox
   * @throws IOException if there is no manifest, or no JVM can be started
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(run(Path.of(args[0]), LIMIT, System.out));
  }

  /**
   * Runs the thread pool over an inbox, in a child JVM with a heap of 128 MB. Blocks until that has
   * ended; nothing of it is left behind.
   *
   * @param inbox the folder that the generator wrote
   * @param limit how long the child may run before it is killed
   * @param out gets a line for every 50 documents, from a thread of its own
   * @return how it ended, in a sentence
   * @throws IOException if there is no manifest, or no JVM can be started
   * @throws InterruptedException if interrupted; the child is then killed
   */
  public static String run(Path inbox, Duration limit, PrintStream out)
      throws IOException, InterruptedException {
    return new ThreadPoolDemo(out).run(inbox, limit);
  }

  private String run(Path inbox, Duration limit) throws IOException, InterruptedException {
    int documents = Manifest.read(inbox).entries().size();
    try (ChildJvm child = ChildJvm.start(ThreadPoolRun.class, inbox.toAbsolutePath())) {
      Thread reader = Thread.ofPlatform().name("thread-pool-output").start(() -> count(child));
      boolean ended = child.process().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      child.kill();
      reader.join();
      return sentence(documents, ended ? how(child.process().exitValue()) : tooLong(limit));
    }
  }

  private void count(ChildJvm child) {
    try (BufferedReader lines = child.process().inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        boolean answer = line.startsWith(ThreadPoolRun.ANSWER + "\t");
        boolean error = line.startsWith(ThreadPoolRun.ERROR + "\t");
        answers += answer ? 1 : 0;
        errors += error ? 1 : 0;
        if ((answer || error) && (answers + errors) % PROGRESS_STEP == 0) {
          out.println("thread pool: " + (answers + errors) + " documents done");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String sentence(int documents, String how) {
    int done = answers + errors;
    String failed = errors == 0 ? "" : ", " + errors + " of them failed";
    String lost = documents - done + " documents got no answer and no error";
    return "the thread pool's JVM %s after %d of %d documents%s; %s"
        .formatted(how, done, documents, failed, lost);
  }

  private static String tooLong(Duration limit) {
    return "was killed at the limit of " + limit.toSeconds() + " s";
  }

  private static String how(int exitCode) {
    String signal =
        switch (exitCode) {
          case 134 -> " (a crash in native code)";
          case 137 -> " (kill -9)";
          case 143 -> " (SIGTERM)";
          default -> "";
        };
    return "ended with exit code " + exitCode + signal;
  }
}
