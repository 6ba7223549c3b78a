package dev.outlive.internal.diagnosis;

import dev.outlive.internal.diagnosis.Ending.Told;
import dev.outlive.internal.diagnosis.Findings.Memory;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.spi.KillReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Findings at a worker that was ready, with nothing unusual unless it is said. */
final class Seen {
  static final Path REPORT = Path.of("/tmp/crashes/hs_err_pid4711.log");
  static final String OOM =
      "loading\nTerminating due to java.lang.OutOfMemoryError: Java heap space\n";
  static final String NO_NATIVE_MEMORY =
      "# There is insufficient memory for the Java Runtime Environment to continue.\n";

  long pid = 4711;
  int exit = 0;
  Told told = Told.NOTHING;
  boolean ready = true;
  boolean bye;
  boolean leaving;
  boolean initializing;
  @Nullable KillReason reason;
  String killEvidence = "";
  boolean counted = true;
  String problem = "";
  String at = "";
  LastWord word = LastWord.NONE;
  Memory.Kill kill = Memory.Kill.NONE;
  Held held = Held.NOTHING;
  Sizes sizes = Sizes.UNKNOWN;
  Optional<CrashReport> report = Optional.empty();
  Findings.Stacks stacks = Findings.Stacks.NONE;
  String output = "";
  List<String> notReadable = List.of();

  static Seen exit(int value) {
    Seen seen = new Seen();
    seen.exit = value;
    return seen;
  }

  Seen told(Told what) {
    told = what;
    return this;
  }

  Seen killedFor(KillReason why) {
    reason = why;
    return this;
  }

  Seen leaving() {
    leaving = true;
    return this;
  }

  Seen initializing() {
    initializing = true;
    return this;
  }

  Seen bye() {
    bye = true;
    return this;
  }

  Seen notReady() {
    ready = false;
    return this;
  }

  Seen neverStarted(String why) {
    pid = 0;
    exit = -1;
    ready = false;
    problem = why;
    return this;
  }

  Seen seenBefore(String what) {
    killEvidence = what;
    return this;
  }

  Seen said(String text) {
    output = text;
    return this;
  }

  Seen at(String words) {
    at = words;
    return this;
  }

  Seen lastWord(LastWord.Kind kind, String text) {
    word = new LastWord(kind, text);
    return this;
  }

  Seen oomKill(Memory.Kill where) {
    kill = where;
    return this;
  }

  Seen held(Held what) {
    held = what;
    return this;
  }

  Seen allowed(Sizes what) {
    sizes = what;
    return this;
  }

  Seen stacks(String text, String frame, boolean deadlock) {
    stacks = new Findings.Stacks(text, frame, deadlock);
    return this;
  }

  Seen crashed(@Nullable String signal, @Nullable String frame) {
    return crashed(signal, frame, null);
  }

  Seen crashed(@Nullable String signal, @Nullable String frame, @Nullable String caller) {
    report = Optional.of(new CrashReport(REPORT, signal, frame, caller, "outlive-task 12"));
    return this;
  }

  Findings done() {
    return new Findings(
        3,
        pid,
        exit < 0 ? Ending.NONE : new Ending(exit, told),
        ready,
        bye,
        reason,
        killEvidence,
        new Findings.Page(leaving, initializing, word, at, ""),
        new Memory(counted, kill, List.of(), List.of(), held, sizes),
        report,
        stacks,
        output,
        problem,
        notReadable);
  }
}
