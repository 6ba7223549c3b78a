package dev.outlive.cli;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
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
 * @param phrase what happened and where, without saying to which worker
 * @param message the whole message
 * @param exception the class of what was thrown; null if nothing was
 * @param diagnosis why the worker of the last attempt died; null if none did
 */
record Failure(
    String input,
    String cause,
    Cause.Kind kind,
    int attempts,
    String phrase,
    String message,
    @Nullable String exception,
    @Nullable Diagnosis diagnosis) {

  static final String POOL_BROKEN = "POOL_BROKEN";

  /** Returns why there is no result; empty if there is one. */
  static Optional<Failure> of(Ended ended) {
    return switch (ended.outcome()) {
      case Outcome.Success<Answer> success -> Optional.empty();
      case Outcome.Died<Answer> died ->
          Optional.of(lost(ended, died.diagnosis(), Phrases.death(died.diagnosis()), died.error()));
      case Outcome.TimedOut<Answer> late -> {
        Diagnosis diagnosis = late.error().diagnosis();
        yield Optional.of(
            lost(ended, diagnosis, Phrases.timeout(late.limit(), diagnosis), late.error()));
      }
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
                  null));
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
        diagnosis);
  }

  private static Failure threw(Ended ended, Throwable error) {
    boolean broken = error instanceof PoolBrokenException;
    Cause cause = error instanceof UndecodableException ? Cause.UNDECODABLE : Cause.EXCEPTION;
    return new Failure(
        ended.input(),
        broken ? POOL_BROKEN : cause.name(),
        broken ? Cause.Kind.OURS : Cause.Kind.EXCEPTION,
        ended.outcome().record().attempts(),
        Phrases.thrown(error),
        error.getMessage() == null ? "" : error.getMessage(),
        error instanceof RemoteError copy ? copy.className() : error.getClass().getName(),
        null);
  }

  /** Returns how sure the cause is; what a task threw, it threw. */
  Certainty certainty() {
    return diagnosis == null ? Certainty.PROVEN : diagnosis.certainty();
  }

  /** Returns one sentence: who died, of what; or the phrase if nobody died. */
  String summary() {
    return diagnosis == null ? phrase : diagnosis.summary();
  }

  /** Returns what to do about it; empty if there is nothing to advise. */
  String advice() {
    return diagnosis == null ? "" : diagnosis.advice();
  }

  /** Returns the facts behind the diagnosis; empty if there is none. */
  List<String> evidence() {
    return diagnosis == null
        ? List.of()
        : diagnosis.evidence().stream().map(Evidence::toString).toList();
  }

  /** Returns what the threads were at before the pool killed the worker; empty if it did not. */
  String stacks() {
    return diagnosis == null ? "" : diagnosis.stacks();
  }
}
