package dev.outlive.internal.protocol;

import dev.outlive.os.StartLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a worker learns from its command line. The last argument is a name for {@code ps}.
 *
 * @param startLine how it was started, and so where its link is
 * @param page the path of its page
 * @param worker its number in its pool, from 1
 * @param parent the process id of its pool
 * @param maxResultBytes the most bytes that a result may have
 * @param outputToken what its output's markers begin with; 0: it writes none
 * @param segments where the pool's segments lie; empty: it makes none
 * @param ownSegments where its own are to lie; empty: it is to make none
 * @param pool the name of its pool
 */
public record WorkerArguments(
    StartLine startLine,
    Path page,
    int worker,
    long parent,
    long maxResultBytes,
    long outputToken,
    Optional<BulkPlace> segments,
    Optional<BulkPlace> ownSegments,
    String pool) {
  /** The class whose {@code main} takes these arguments. */
  public static final String MAIN_CLASS = "dev.outlive.internal.worker.WorkerMain";

  private static final String NOWHERE = "-";

  /** How many words they are on the command line. */
  public static final int WORDS = 10;

  /** Returns the arguments as they stand on the command line. */
  public List<String> toCommandLine() {
    return List.of(
        startLine.name(),
        page.toString(),
        Integer.toString(worker),
        Long.toString(parent),
        Long.toString(maxResultBytes),
        Long.toString(outputToken),
        word(segments),
        word(ownSegments),
        pool,
        "outlive-worker " + pool + " #" + worker);
  }

  /**
   * Returns what a command line says.
   *
   * @throws IllegalArgumentException if it is not a worker's
   */
  public static WorkerArguments parse(String[] args) {
    if (args.length != WORDS) {
      throw new IllegalArgumentException(
          "a worker takes " + WORDS + " arguments, got " + args.length);
    }
    return new WorkerArguments(
        StartLine.of(args[0]),
        Path.of(args[1]),
        Integer.parseInt(args[2]),
        Long.parseLong(args[3]),
        Long.parseLong(args[4]),
        Long.parseLong(args[5]),
        place(args[6]),
        place(args[7]),
        args[8]);
  }

  private static String word(Optional<BulkPlace> place) {
    return place.map(BulkPlace::prefix).orElse(NOWHERE);
  }

  private static Optional<BulkPlace> place(String word) {
    return word.equals(NOWHERE) ? Optional.empty() : Optional.of(new BulkPlace(word));
  }
}
