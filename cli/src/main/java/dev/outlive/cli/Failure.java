package dev.outlive.cli;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.RemoteError;
import dev.outlive.failure.UndecodableException;
import dev.outlive.task.Outcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an input has no result, in words. Immutable.
 *
 * @param input the input
 * @param cause the cause's name: that of a {@link Cause}, or {@link #POOL_BROKEN}
 * @param kind which policy has its say
 * @param attempts how many were begun
 * @param phrase the evidence in a phrase
 * @param message the whole message
 * @param exception the class of what was thrown; null if nothing was
 * @param evidence the facts behind a diagnosis; empty if there is none
 */
record Failure(
    String input,
    String cause,
    Cause.Kind kind,
    int attempts,
    String phrase,
    String message,
    @Nullable String exception,
    List<String> evidence) {

  static final String POOL_BROKEN = "POOL_BROKEN";

  /** Returns why there is no result; empty if there is one. */
  static Optional<Failure> of(Ended ended) {
    return switch (ended.outcome()) {
      case Outcome.Success<Answer> success -> Optional.empty();
      case Outcome.Died<Answer> died ->
          Optional.of(lost(ended, died.diagnosis(), phrase(died.diagnosis()), died.error()));
      case Outcome.TimedOut<Answer> late ->
          Optional.of(
              lost(
                  ended,
                  late.error().diagnosis(),
                  "ran for longer than " + Report.seconds(late.limit()),
                  late.error()));
      case Outcome.Threw<Answer> threw -> Optional.of(threw(ended, threw.error()));
      case Outcome.Cancelled<Answer> gone ->
          Optional.of(
              new Failure(
                  ended.input(),
                  Cause.CANCELLED.name(),
                  Cause.Kind.OURS,
                  gone.record().attempts(),
                  "cancelled, or never begun",
                  "the run was ended before this input was done",
                  null,
                  List.of()));
    };
  }

  private static Failure lost(Ended ended, Diagnosis diagnosis, String phrase, Exception error) {
    return new Failure(
        ended.input(),
        diagnosis.cause().name(),
        diagnosis.cause().kind(),
        ended.outcome().record().attempts(),
        phrase,
        String.valueOf(error.getMessage()),
        null,
        diagnosis.evidence().stream().map(Evidence::toString).toList());
  }

  private static String phrase(Diagnosis diagnosis) {
    return diagnosis.summary()
        + diagnosis.crashReport().map(report -> "; report " + report).orElse("");
  }

  private static Failure threw(Ended ended, Throwable error) {
    boolean broken = error instanceof PoolBrokenException;
    Cause cause = error instanceof UndecodableException ? Cause.UNDECODABLE : Cause.EXCEPTION;
    return new Failure(
        ended.input(),
        broken ? POOL_BROKEN : cause.name(),
        broken ? Cause.Kind.OURS : Cause.Kind.EXCEPTION,
        ended.outcome().record().attempts(),
        error.toString().lines().findFirst().orElse(""),
        error.getMessage() == null ? "" : error.getMessage(),
        error instanceof RemoteError copy ? copy.className() : error.getClass().getName(),
        List.of());
  }
}
