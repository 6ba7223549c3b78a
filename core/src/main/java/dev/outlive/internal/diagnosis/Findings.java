package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.spi.KillReason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found when a worker had died, before anybody judges it.
 *
 * @param worker the worker's number
 * @param pid its process id; 0: no process was started
 * @param ending how the process ended
 * @param ready whether the worker had said that it was ready
 * @param bye whether it had said that it leaves as asked
 * @param killReason why the pool killed it; null: the pool did not
 * @param killEvidence what the pool had seen that made it kill, in words; may be empty
 * @param page what its page said
 * @param memory what the kernel and the samples say about memory
 * @param crashReport the JVM's crash report, if there is one
 * @param stacks what its threads were at before the pool killed it
 * @param output the end of what it wrote to stdout and stderr
 * @param problem what could not be done with it, in words; empty: nothing
 * @param notReadable what could not be read, a sentence each
 */
public record Findings(
    int worker,
    long pid,
    Ending ending,
    boolean ready,
    boolean bye,
    @Nullable KillReason killReason,
    String killEvidence,
    Page page,
    Memory memory,
    Optional<CrashReport> crashReport,
    Stacks stacks,
    String output,
    String problem,
    List<String> notReadable) {

  /**
   * What the page said.
   *
   * @param leaving whether an orderly exit had begun
   * @param initializing whether the initializer was running
   * @param lastWord what the worker noted about its end
   * @param at the items it had begun and not done, in words; empty: none
   * @param beat how long ago its last sign of life was, in words; empty: there was none
   */
  public record Page(
      boolean leaving, boolean initializing, LastWord lastWord, String at, String beat) {
    /** There is no page. */
    public static final Page NONE = new Page(false, false, LastWord.NONE, "", "");
  }

  /**
   * What is known about memory.
   *
   * @param counted whether the kernel's count for the worker's own control group could be read
   * @param kill where the kernel's count of out-of-memory kills rose in the worker's last seconds
   * @param facts counters that rose and limits, a sentence each
   * @param samples the last sizes of the worker, the oldest first
   * @param held what it held when it was found over its limit
   * @param sizes what it was allowed of what can run out in a JVM
   */
  public record Memory(
      boolean counted,
      Kill kill,
      List<String> facts,
      List<Diagnosis.MemorySample> samples,
      Held held,
      Sizes sizes) {
    /** Nothing is known. */
    public static final Memory UNKNOWN =
        new Memory(false, Kill.NONE, List.of(), List.of(), Held.NOTHING, Sizes.UNKNOWN);

    /** Where the kernel counted an out-of-memory kill, the nearest place. */
    public enum Kill {
      /** Nowhere, or nobody could read the counters. */
      NONE,
      /** On the whole machine. */
      MACHINE,
      /** In a control group around the worker's own. */
      ENCLOSING,
      /** In the worker's own control group, which the pool's process shares. */
      SHARED,
      /** In a control group of the worker's own. */
      OWN
    }
  }

  /**
   * What the threads were at before the kill.
   *
   * @param text the thread dump, or the kernel's view of the threads; empty: none was taken
   * @param at the task thread's topmost frame; empty: not known
   * @param deadlock whether the JVM found a deadlock
   */
  public record Stacks(String text, String at, boolean deadlock) {
    /** None were taken. */
    public static final Stacks NONE = new Stacks("", "", false);
  }

  /** An exit had begun, and the exit value is all that tells how it ended. */
  boolean mayHaveExited() {
    return page.leaving() && !ending.proven();
  }

  boolean lastWordIs(LastWord.Kind kind) {
    return page.lastWord().kind() == kind;
  }

  /** Begins a diagnosis: who died of what, and what to do about it. */
  Diagnosis.Builder says(Cause cause, Certainty certainty, String what, String advice) {
    String process = pid > 0 ? " (pid " + pid + ")" : "";
    Diagnosis.Builder verdict =
        Diagnosis.of(cause, certainty, worker)
            .summary("worker " + worker + process + " " + what)
            .advice(advice);
    if (cause != Cause.EXIT && cause != Cause.HALT && ending.signal().isPresent()) {
      verdict.signal(ending.name());
    }
    return verdict;
  }
}
