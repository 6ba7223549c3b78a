package dev.outlive.cli;

import dev.outlive.task.Outcome;
import java.io.PrintStream;

/** Where inputs go once they have ended, one by one, in the order of the inputs. */
interface Results {
  /** Takes the next one. */
  void add(Ended ended);

  /** Each result as it is, on a line; nothing for an input that failed. */
  static Results asText(PrintStream out) {
    return ended -> {
      if (ended.outcome() instanceof Outcome.Success<Answer>(Answer answer, _) && answer != null) {
        out.println(answer.text());
      }
    };
  }

  /** One JSON object for each input, on a line. */
  static Results asJson(PrintStream out) {
    return ended -> out.println(json(ended));
  }

  private static String json(Ended ended) {
    Json json = new Json().with("input", ended.input());
    Failure failure = Failure.of(ended).orElse(null);
    if (failure == null) {
      Answer answer = ended.outcome().orNull();
      return json.with("ok", true).with("value", answer == null ? null : answer.text()).toString();
    }
    json.with("ok", false).with("cause", failure.cause()).with("attempts", failure.attempts());
    if (failure.exception() != null) {
      json.with("exception", failure.exception());
    }
    json.with("message", failure.message())
        .with("certainty", failure.certainty().name())
        .with("summary", failure.summary())
        .with("advice", failure.advice())
        .with("evidence", failure.evidence());
    if (!failure.stacks().isEmpty()) {
      json.with("stacks", failure.stacks());
    }
    return json.toString();
  }
}
