package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.UndecodableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PhrasesTest {
  private static final String LATE =
      "worker 3 (pid 4711) was killed by its pool: its task ran for longer than its limit";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static Diagnosis.Builder diagnosis(Cause cause, String summary) {
    return Diagnosis.of(cause, Certainty.PROVEN, 3).pid(4711).summary(summary);
  }

  private static StackTraceElement frame(String type, int line) {
    return new StackTraceElement("app", "java.base", "25", type, "m", "X.java", line);
  }

  private static <T extends Throwable> T thrown(T error, StackTraceElement... stack) {
    error.setStackTrace(stack);
    return error;
  }

  @Test
  void whichWorkerItWasIsNoNews() {
    Diagnosis crash =
        diagnosis(Cause.NATIVE_CRASH, "worker 3 (pid 4711) crashed at C  [x.so+1]  f")
            .crashReport(Path.of("/tmp/hs_err_pid4711.log"), "C  [x.so+1]  f")
            .build();
    assertThat(Phrases.death(crash))
        .isEqualTo("crashed at C [x.so+1] f; report /tmp/hs_err_pid4711.log");
    Diagnosis other = diagnosis(Cause.EXIT, "worker 33 (pid 4711) is another").build();
    assertThat(Phrases.death(other)).isEqualTo("worker 33 (pid 4711) is another");
    Diagnosis unborn =
        Diagnosis.of(Cause.START_FAILED, Certainty.PROVEN, 3).summary("worker 3 has none").build();
    assertThat(Phrases.death(unborn)).isEqualTo("has none");
  }

  @Test
  void aTimeoutTellsTheLimitAndWhereItWas() {
    Diagnosis late =
        diagnosis(Cause.TIMEOUT, LATE + " and was deadlocked; it was at a.B.c").build();
    assertThat(Phrases.timeout(LIMIT, late))
        .isEqualTo("ran for longer than 5 s and was deadlocked; it was at a.B.c");
  }

  @Test
  void aTimeoutWithoutAFrameTellsWhyThereIsNone() {
    Diagnosis.Builder late = diagnosis(Cause.TIMEOUT, LATE);
    assertThat(Phrases.timeout(LIMIT, late.build())).isEqualTo("ran for longer than 5 s");
    late.evidence("exit status", "137").evidence("not readable", "No safepoint was reached.");
    assertThat(Phrases.timeout(LIMIT, late.build()))
        .isEqualTo("ran for longer than 5 s. No safepoint was reached.");
  }

  @Test
  void aWorkerThatDiedWhileItWasToBeKilledTellsBoth() {
    Diagnosis exit = diagnosis(Cause.EXIT, "worker 3 (pid 4711) ended itself").build();
    assertThat(Phrases.timeout(LIMIT, exit)).isEqualTo("ran for longer than 5 s; ended itself");
  }

  @Test
  void whatWasThrownTellsTheFirstFrameThatIsNotOfTheJdk() {
    Throwable error =
        thrown(new IOException("no\nluck"), frame("java.util.Map", 1), frame("a.B", 2));
    assertThat(Phrases.thrown(error))
        .isEqualTo("java.io.IOException: no; thrown at a.B.m(X.java:2)");
    assertThat(Phrases.thrown(thrown(new IOException("no"), frame("java.util.Map", 1))))
        .isEqualTo("java.io.IOException: no; thrown at java.util.Map.m(X.java:1)");
    assertThat(Phrases.thrown(thrown(new IOException("no")))).isEqualTo("java.io.IOException: no");
  }

  @Test
  void aLongMessageIsCutButNotWhereItComesFrom() {
    assertThat(Phrases.thrown(thrown(new IOException("x".repeat(9_999)), frame("a.B", 2))))
        .hasSizeLessThan(400)
        .endsWith("xxx...; thrown at a.B.m(X.java:2)");
  }

  @Test
  void aStackOverflowTellsTheFrameThatRecurs() {
    Throwable error =
        thrown(
            new StackOverflowError(),
            frame("java.util.Set", 1),
            frame("java.util.regex.P", 2),
            frame("java.util.regex.Q", 3),
            frame("java.util.regex.P", 2));
    assertThat(Phrases.thrown(error))
        .isEqualTo("java.lang.StackOverflowError; it recursed at java.util.regex.P.m(X.java:2)");
  }

  @Test
  void whatCannotTravelTellsItselfWhere() {
    assertThat(Phrases.thrown(new UndecodableException("the result is no good", null)))
        .endsWith("the result is no good");
  }
}
