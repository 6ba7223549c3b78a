package dev.outlive.systemtests.process;

import dev.outlive.task.TaskContext;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A ledger in a file, written by the attempts themselves: which have begun. It knows nothing of the
 * pool and survives every worker.
 */
record Attempts(String file) implements Serializable {
  private static final long serialVersionUID = 1;

  static Attempts in(Path directory) throws IOException {
    return new Attempts(Files.createTempFile(directory, "attempts", ".txt").toString());
  }

  /** Called in the worker, as soon as an attempt has begun; returns its number. */
  int mark(int item) {
    int attempt = TaskContext.current().attempt();
    try {
      // one short write to a file opened for appending is one step
      Files.writeString(Path.of(file), item + " " + attempt + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return attempt;
  }

  /** Returns the numbers of the attempts that have begun, in their order. */
  List<Integer> of(int item) throws IOException {
    List<Integer> attempts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(file))) {
      String[] words = line.split(" ", 2);
      if (words[0].equals(Integer.toString(item))) {
        attempts.add(Integer.valueOf(words[1]));
      }
    }
    return attempts;
  }
}
