package dev.outlive.internal.pool;

import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.RemoteError;
import dev.outlive.failure.SubmittedHere;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.protocol.Arrived;
import dev.outlive.internal.protocol.ErrorCopy;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.protocol.ResultFilter;
import dev.outlive.internal.protocol.UserCodec;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Turns verdicts into what users see: outcomes, with values and exceptions decoded. Runs on user
 * threads, since decoding runs code of the user's classes. Long, as each way to end has its words
 * here.
 */
public final class Verdicts {
  private final String pool;
  private final List<String> allowedResults;
  private final long maxResultBytes;
  private final DecodeLimit decodeLimit;
  private final @Nullable UserCodec codec;
  private final Chronicle chronicle;

  /**
   * Creates one, with what the pool allows to come back.
   *
   * @param codec decodes results; null: the JDK's serialisation does
   */
  public Verdicts(
      Chronicle chronicle,
      List<String> allowedResults,
      long maxResultBytes,
      DecodeLimit decodeLimit,
      @Nullable UserCodec codec) {
    this.codec = codec;
    this.pool = chronicle.pool();
    this.chronicle = chronicle;
    this.decodeLimit = decodeLimit;
    this.allowedResults = allowedResults;
    this.maxResultBytes = maxResultBytes;
  }

  <T> Outcome<T> outcome(Submission from, int index, String item, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Returned returned -> returned(from, index, item, returned);
      case Verdict.Threw threw ->
          new Outcome.Threw<>(
              thrown(from, threw.error()),
              record(from, index, threw, Ending.THREW, threw.error().notes()));
      case Verdict.Died died ->
          new Outcome.Died<>(
              died(from, item, died), record(from, index, died, Ending.DIED, List.of()));
      case Verdict.TimedOut late ->
          new Outcome.TimedOut<>(
              timedOut(from, item, late), record(from, index, late, Ending.TIMED_OUT, List.of()));
      case Verdict.Expired expired ->
          new Outcome.TimedOut<>(
              expired(from, item, expired),
              record(from, index, expired, Ending.TIMED_OUT, List.of()));
    };
  }

  /**
   * Returns what a failure looks like to those whom it ends too. Decodes no class of the user's: an
   * exception comes as its copy, since it must not be able to hold them all up.
   */
  Throwable failure(Submission from, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Returned returned -> throw new AssertionError("no failure: " + returned);
      case Verdict.Threw threw -> copy(threw.error().copy());
      case Verdict.Died died -> died(from, "", died);
      case Verdict.TimedOut late -> timedOut(from, "", late);
      case Verdict.Expired expired -> expired(from, "", expired);
    };
  }

  /** The outcome of what ended without a verdict, after so many attempts had begun. */
  <T> Outcome<T> cancelled(Submission from, int index, int attempts) {
    return new Outcome.Cancelled<>(
        record(from, index, attempts, Attempt.NONE, Ending.CANCELLED, List.of(), List.of()));
  }

  /** The statistics of a run as a whole. */
  TaskRecord ofRun(Submission from, int attempts, Ending ending) {
    return record(from, 0, attempts, Attempt.NONE, ending, List.of(), List.of());
  }

  @SuppressWarnings("unchecked") // what a task of T returned is a T, unless a worker lies
  private <T> Outcome<T> returned(
      Submission from, int index, String item, Verdict.Returned returned) {
    List<String> notes = returned.result().notes();
    ResultFilter filter = filter(from, returned.result().payload());
    try {
      T value = (T) decoded(from, returned.result().payload(), filter);
      return new Outcome.Success<>(value, record(from, index, returned, Ending.RETURNED, notes));
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      String refusal = filter.refusal();
      String why = "the result " + (refusal == null ? cannotBeDecoded(e) : refusal);
      UndecodableException error = new UndecodableException(about(from, item) + ": " + why, e);
      error.setStackTrace(from.stack());
      return new Outcome.Threw<>(error, record(from, index, returned, Ending.THREW, notes));
    }
  }

  private @Nullable Object decoded(Submission from, Arrived value, ResultFilter filter)
      throws IOException, ClassNotFoundException {
    UserCodec own = codec;
    if (own == null) {
      return JavaCodec.decode(value, new ResultLoaders(from), filter);
    }
    ClassLoader loader = from.home().getClassLoader();
    return own.decode(value.stream(), loader == null ? ClassLoader.getSystemClassLoader() : loader);
  }

  private static String cannotBeDecoded(Throwable why) {
    return why instanceof StackOverflowError
        ? "is nested too deeply to be decoded; flatten it in the task"
        : "cannot be decoded: " + why;
  }

  /** How long the outcome of a verdict may take. */
  long decodeNanos(Verdict verdict) {
    return decodeLimit.nanos(
        switch (verdict) {
          case Verdict.Returned returned -> returned.result().payload().length();
          case Verdict.Threw threw -> threw.error().payload().length();
          case Verdict.Died _, Verdict.TimedOut _, Verdict.Expired _ -> 0;
        });
  }

  /** What is told of a verdict that took too long; runs no code of the user's. */
  <T> Outcome<T> tooSlow(Submission from, int index, String item, Decoding.TooSlow seen) {
    Verdict verdict = seen.decoding().verdict;
    return switch (verdict) {
      case Verdict.Returned returned ->
          new Outcome.Threw<>(
              tooSlow(from, item, "the result", returned.result(), seen),
              record(from, index, returned, Ending.THREW, returned.result().notes()));
      case Verdict.Threw threw -> {
        UndecodableException error = tooSlow(from, item, "the exception", threw.error(), seen);
        error.addSuppressed(copy(threw.error().copy()));
        yield new Outcome.Threw<>(
            error, record(from, index, threw, Ending.THREW, threw.error().notes()));
      }
      case Verdict.Died _, Verdict.TimedOut _, Verdict.Expired _ ->
          outcome(from, index, item, verdict);
    };
  }

  private UndecodableException tooSlow(
      Submission from, String item, String what, ItemResult result, Decoding.TooSlow seen) {
    UndecodableException error =
        new UndecodableException(
            about(from, item) + ": " + what + seen.inWords(result.payload().length()),
            seen.asCause());
    error.setStackTrace(from.stack());
    return error;
  }

  private static TaskRecord record(
      Submission from, int index, Verdict verdict, Ending ending, List<String> notes) {
    return record(from, index, verdict.attempts(), verdict.last(), ending, verdict.lost(), notes);
  }

  private static TaskRecord record(
      Submission from,
      int index,
      int attempts,
      Attempt last,
      Ending ending,
      List<Diagnosis> lost,
      List<String> notes) {
    Instant now = Instant.now();
    long age = last.worker() == 0 ? 0 : Math.max(0, System.nanoTime() - last.endedNanos());
    Instant finished = now.minusNanos(age);
    return new TaskRecord(
        from.name(),
        index,
        attempts,
        last.worker(),
        last.pid(),
        from.when(),
        last.ranNanos() < 0 ? null : finished.minusNanos(last.ranNanos()),
        finished,
        last.cpuTime(),
        last.peakMemory(),
        ending,
        lost,
        notes);
  }

  private Throwable thrown(Submission from, ItemResult error) {
    Throwable thrown = decodeError(from, error);
    if (!from.frames().isEmpty()) {
      thrown.addSuppressed(
          new SubmittedHere(
              "task \"" + from.name() + "\" was submitted to pool \"" + pool + "\" here",
              from.stack()));
    }
    return thrown;
  }

  /** The exception in its own type, or else its faithful copy. */
  private Throwable decodeError(Submission from, ItemResult error) {
    Throwable own = ownType(from, error.payload());
    if (own != null) {
      return own;
    }
    RemoteError copy = copy(error.copy());
    return copy.className().equals(UndecodableException.class.getName()) ? ours(copy) : copy;
  }

  /** Of our own type, whatever its cause is that cannot be decoded here. */
  private static UndecodableException ours(RemoteError copy) {
    Throwable cause = copy.getCause();
    UndecodableException own =
        new UndecodableException(String.valueOf(copy.getMessage()), cause == null ? copy : cause);
    own.setStackTrace(copy.getStackTrace());
    return own;
  }

  /** The faithful copy of an exception; where it is damaged, one that says so. */
  static RemoteError copy(ByteBuffer copy) {
    try {
      return ErrorCopy.decode(copy);
    } catch (ProtocolException e) {
      return new RemoteError(
          Throwable.class.getName(),
          "the worker's exception arrived damaged: " + e.getMessage(),
          new StackTraceElement[0]);
    }
  }

  private @Nullable Throwable ownType(Submission from, Arrived error) {
    if (error.length() == 0) {
      return null;
    }
    try {
      Object decoded = JavaCodec.decode(error, new ResultLoaders(from), filter(from, error));
      return decoded instanceof Throwable thrown && tellsItself(thrown) ? thrown : null;
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      return null;
    }
  }

  /** Whoever wraps an exception asks these of it, {@code Future.get} first of all. */
  private static boolean tellsItself(Throwable thrown) {
    var _ = thrown + thrown.getMessage();
    return true;
  }

  private ResultFilter filter(Submission from, Arrived encoded) {
    return new ResultFilter(from.home(), allowedResults, maxResultBytes, encoded.length());
  }

  private WorkerDiedException died(Submission from, String item, Verdict.Died died) {
    WorkerDiedException error =
        new WorkerDiedException(message(from, item, died), died.lost(), died.mayHaveStarted());
    error.setStackTrace(from.stack());
    return error;
  }

  private TaskTimeoutException timedOut(Submission from, String item, Verdict.TimedOut late) {
    Duration limit = Duration.ofNanos(late.limitNanos());
    TaskTimeoutException error =
        new TaskTimeoutException(
            about(from, item)
                + " ran for longer than "
                + seconds(limit)
                + " on attempt "
                + late.attempts()
                + "; "
                + late.lost().getLast().summary(),
            limit,
            late.lost().getLast());
    error.setStackTrace(from.stack());
    return error;
  }

  private TaskTimeoutException expired(Submission from, String item, Verdict.Expired expired) {
    Diagnosis why = expired.diagnosis();
    TaskTimeoutException error =
        new TaskTimeoutException(
            about(from, item) + " never began: " + why.summary() + ". " + why.advice(),
            Duration.ofNanos(expired.limitNanos()),
            why);
    error.setStackTrace(from.stack());
    return error;
  }

  private String message(Submission from, String item, Verdict.Died died) {
    List<Diagnosis> lost = died.lost();
    Diagnosis last = lost.getLast();
    StringBuilder text = new StringBuilder("pool \"" + pool + "\": ");
    text.append(last.summary()).append(last.certainty() == Certainty.LIKELY ? " (likely)" : "");
    text.append(" during ").append(task(from, item));
    text.append(", attempt ").append(died.attempts()).append(" of ").append(died.attempts());
    for (int i = 0; i < lost.size() - 1; i++) {
      text.append(i == 0 ? "; before that " : ", ").append(lost.get(i).summary());
    }
    text.append(died.why().isEmpty() ? "" : "; " + died.why());
    text.append(". ").append(last.advice());
    return text.toString().strip();
  }

  private String about(Submission from, String item) {
    return "pool \"" + pool + "\": " + task(from, item);
  }

  private static String task(Submission from, String item) {
    return "task \"" + from.name() + '"' + (item.isEmpty() ? "" : " on " + item);
  }

  static String seconds(Duration limit) {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }

  /** What a failed outcome would have thrown from a future; null for a success. */
  static @Nullable Throwable failure(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Success<?> success -> null;
      case Outcome.Threw<?> threw -> threw.error();
      case Outcome.Died<?> died -> died.error();
      case Outcome.TimedOut<?> late -> late.error();
      case Outcome.Cancelled<?> gone ->
          new CancellationException("task \"" + gone.record().name() + "\" was cancelled");
    };
  }

  /** Whether it was the pool that refused the result, after its rules had taken it for one. */
  static boolean refusedHere(Outcome<?> outcome) {
    return outcome instanceof Outcome.Threw<?> threw
        && threw.error() instanceof UndecodableException;
  }

  /** What a run throws that an outcome has ended. */
  MapFailedException runFailed(
      Submission run, Outcome<?> failed, @Nullable Object input, List<? extends Outcome<?>> all) {
    Throwable cause = failure(failed);
    MapFailedException error =
        new MapFailedException(
            "pool \""
                + pool
                + "\": run \""
                + run.name()
                + "\" failed at index "
                + failed.index()
                + ", input "
                + Rendering.of(input)
                + ": "
                + (cause == null ? "" : cause.getMessage()),
            cause == null ? new AssertionError("failed without a failure") : cause,
            failed.index(),
            input,
            all);
    error.setStackTrace(run.stack());
    return error;
  }

  String pool() {
    return pool;
  }

  long maxResultBytes() {
    return maxResultBytes;
  }

  /** Where it is noted how tasks have ended. */
  Chronicle chronicle() {
    return chronicle;
  }
}
