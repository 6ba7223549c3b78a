package dev.outlive.bench.survival;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The rows of the survival table: an injury, the criterion by which what is seen is green, how long
 * its process may take at most, how it is done to Outlive, and the fault that must turn it red. To
 * the peers it is done by the function of the same name in {@code peers.py}.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without a state
enum Row {
  KILLED(
      "worker killed (kill -9) mid-task",
      "the task fails in its caller's hands within 15 s",
      Judge::told,
      Deaths::killed,
      Faults::withheld),
  LATENCY(
      "latency of that news",
      "from kill to failure, the middle one of five, within 250 ms",
      Duration.ofMinutes(2),
      Judge::toldSoon,
      Deaths::latency,
      Faults::late),
  INNOCENTS(
      "innocents lost of 8",
      "none of 8 other tasks, at work or in the queue when the worker is killed, lacks its result",
      Judge::noneLost,
      Deaths::innocents,
      Faults::innocentLost),
  USABLE(
      "pool usable after",
      "the next task has its result within 15 s",
      Judge::goesOn,
      Deaths::usableAfter,
      Faults::broken),
  EXIT_0(
      "exit 0 in a task",
      "the task fails in its caller's hands within 15 s",
      Judge::told,
      (subject, scene) -> Deaths.exit(subject, scene, 0),
      subject -> Faults.takenForResult(subject, "done")),
  EXIT_3(
      "exit 3 in a task",
      "the task fails in its caller's hands within 15 s",
      Judge::told,
      (subject, scene) -> Deaths.exit(subject, scene, 3),
      Faults::withheld),
  IDLE_KILLED(
      "idle worker killed",
      "each of the two, one after the other: 8 tasks have their results each time",
      Judge::allAnswered,
      Deaths::idle,
      Faults::fifthLost),
  HALF_WAY(
      "killed half-way through a 1.2 GB result",
      "the task fails in its caller's hands within 15 s, and the next has its result",
      Duration.ofMinutes(3),
      Judge::toldAndGoesOn,
      Deaths::halfWay,
      subject -> Faults.takenForResult(subject, new byte[Row.HALF])),
  EXCEPTION(
      "exception that cannot be decoded",
      "the task fails in its caller's hands within 15 s, and the next has its result",
      Judge::toldAndGoesOn,
      (subject, scene) -> Coding.exception(subject),
      Faults::withheld),
  UNDECODABLE(
      "result that fails to decode",
      "the task fails in its caller's hands within 15 s, and the next has its result",
      Judge::toldAndGoesOn,
      (subject, scene) -> Coding.undecodable(subject),
      subject -> Faults.takenForResult(subject, "nothing")),
  UNENCODABLE(
      "result that cannot be encoded",
      "the task fails in its caller's hands within 15 s, and the next has its result",
      Judge::toldAndGoesOn,
      (subject, scene) -> Coding.unencodable(subject),
      Faults::broken),
  CALLBACK(
      "callback that throws",
      "8 tasks that come after have their results, and their callbacks are called",
      Judge::allCalled,
      (subject, scene) -> Coding.callback(subject),
      Faults::callbacksEnd),
  GRANDCHILD(
      "grandchild left by the killed",
      "what the task had started is gone 2 s after its worker was killed",
      Judge::gone,
      Leftovers::grandchild,
      Faults::childOfItsOwn),
  PARENT_KILLED(
      "parent killed: left after 2 s",
      "2 s after kill -9 of the parent none of the processes that it had started is left",
      Judge::noneLeft,
      Leftovers::parentKilled,
      Faults::survivor),
  TIMEOUT_LOOP(
      "1 s timeout in a loop",
      "the caller is told within 5 s, and the task's process is gone within 5 s more",
      Judge::ended,
      (subject, scene) -> Timeouts.of(subject, scene, Timeouts.Deed.LOOP),
      Faults::noLimit),
  TIMEOUT_SIGNALS(
      "1 s timeout, signals ignored",
      "the same, the task having the kernel ignore SIGHUP, SIGINT and SIGTERM",
      Judge::ended,
      (subject, scene) -> Timeouts.of(subject, scene, Timeouts.Deed.SIGNALS_IGNORED),
      Faults::waitGivenUp),
  TIMEOUT_NATIVE(
      "1 s timeout in native code",
      "the same, the task being in native code that holds up the run time: the JVM gets to no"
          + " safepoint, Python does not get its global lock",
      Judge::ended,
      (subject, scene) -> Timeouts.of(subject, scene, Timeouts.Deed.NATIVE),
      Faults::lateByFar),
  LOCK(
      "lock held by the killed",
      "whoever takes the lock next has it, or is told why not, within 5 s",
      Judge::lockFree,
      Leftovers::lock,
      Faults::lockStuck);

  private static final int HALF = 600;

  final String title;
  final String criterion;
  final Duration limit;
  private final Judge judge;
  final Play play;
  final UnaryOperator<Subject> fault;

  Row(String title, String criterion, Judge judge, Play play, UnaryOperator<Subject> fault) {
    this(title, criterion, Duration.ofMinutes(1), judge, play, fault);
  }

  Row(
      String title,
      String criterion,
      Duration limit,
      Judge judge,
      Play play,
      UnaryOperator<Subject> fault) {
    this.title = title;
    this.criterion = criterion;
    this.limit = limit;
    this.judge = judge;
    this.play = play;
    this.fault = fault;
  }

  /** As it is named on command lines, and in {@code peers.py} with underscores. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Row> named(String id) {
    return Arrays.stream(values()).filter(row -> row.id().equals(id)).findFirst();
  }

  /** Judges; a scenario that could not do its injury, or that had to be killed, is red. */
  Verdict judge(Observations seen) {
    return seen.text(Observations.ERROR).map(Verdict::red).orElseGet(() -> judge.of(seen));
  }
}
