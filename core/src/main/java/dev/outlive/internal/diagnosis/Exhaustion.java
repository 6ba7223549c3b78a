package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.diagnosis.Findings.Memory.Kill;
import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord;
import java.util.List;

/** Something ran out: memory of one kind or another, or threads. */
final class Exhaustion {
  private static final String JVM_SAYS = "Terminating due to ";
  private static final String ERROR = "java.lang.OutOfMemoryError";
  private static final String NATIVE = "insufficient memory for the Java Runtime Environment";

  static final List<Rule> RULES =
      List.of(
          new Rule(
              found ->
                  found.ending().endedBy(Ending.SIGKILL)
                      && !orderly(found)
                      && found.memory().kill() != Kill.NONE,
              Exhaustion::kernelKill),
          noted(
              LastWord.Kind.DIRECT_MEMORY_FULL,
              Cause.DIRECT_MEMORY_OOM,
              "ran out of memory for direct buffers",
              "Raise -XX:MaxDirectMemorySize in jvmArgs, or find out who keeps the buffers."),
          noted(
              LastWord.Kind.NO_MORE_THREADS,
              Cause.THREAD_LIMIT,
              "could start no more threads",
              "Raise the limit on processes (ulimit -u, pids.max), or find out who starts so"
                  + " many."),
          noted(
              LastWord.Kind.NO_MORE_DESCRIPTORS,
              Cause.DESCRIPTOR_LIMIT,
              "could open no more files",
              "Raise the limit (ulimit -n), or find out who opens so many and does not close"
                  + " them."),
          noted(
              LastWord.Kind.HEAP_FULL,
              Cause.HEAP_OOM,
              "ran out of Java heap",
              "Raise maxHeap, or give the task less at a time."),
          jvm(
              "Requested array size",
              Cause.ARRAY_TOO_LARGE,
              "asked for an array longer than the JVM allows",
              "No heap is large enough for it: the length is likely to be read from bad input."),
          jvm(
              "Metaspace|Compressed class space",
              Cause.METASPACE_OOM,
              "ran out of memory for classes",
              "Raise -XX:MaxMetaspaceSize in jvmArgs, or find out who loads classes without end."),
          jvm(
              "native thread",
              Cause.THREAD_LIMIT,
              "could start no more threads",
              "Raise the limit on processes (ulimit -u, pids.max), or find out who starts so"
                  + " many."),
          jvm(
              "OutOfMemoryError",
              Cause.HEAP_OOM,
              "ran out of Java heap",
              "Raise maxHeap, or give the task less at a time."),
          new Rule(
              found -> found.ready() && found.output().contains(NATIVE), Exhaustion::nativeMemory));

  private Exhaustion() {}

  private static boolean orderly(Findings found) {
    return found.page().leaving() && !found.ending().proven();
  }

  private static Diagnosis.Builder kernelKill(Findings found) {
    boolean own = found.memory().kill() == Kill.OWN;
    String where =
        switch (found.memory().kill()) {
          case OWN -> "its own control group counted an out-of-memory kill";
          case SHARED -> "its control group, shared with others, counted one";
          case ENCLOSING -> "a control group around its own counted one";
          case MACHINE, NONE -> "the machine counted one";
        };
    return found.says(
        Cause.KERNEL_OOM,
        own ? Certainty.PROVEN : Certainty.LIKELY,
        "was killed by the kernel's out-of-memory killer (" + where + ")",
        "Give the container more memory, lower workers or maxHeap, or retry when memory allows.");
  }

  private static Rule noted(LastWord.Kind kind, Cause cause, String what, String advice) {
    return new Rule(
        found -> found.lastWordIs(kind),
        found ->
            found.says(
                cause,
                found.ending().exitedWith(ExitCode.EXHAUSTED) ? Certainty.PROVEN : Certainty.LIKELY,
                what + ": " + found.page().lastWord().text(),
                advice));
  }

  /** The JVM ends itself and says so; the exit value alone could be anybody's. */
  private static Rule jvm(String resource, Cause cause, String what, String advice) {
    return new Rule(
        found ->
            found.ending().exitedWith(ExitCode.JVM_OUT_OF_MEMORY)
                && List.of(resource.split("\\|")).stream().anyMatch(telling(found)::contains),
        found ->
            found
                .says(
                    cause,
                    found.page().leaving() ? Certainty.LIKELY : Certainty.PROVEN,
                    what + ": " + telling(found).substring(JVM_SAYS.length()),
                    advice)
                .evidence("the JVM's words", telling(found)));
  }

  /** The last line in which the JVM says that it ends itself; empty if it does not. */
  private static String telling(Findings found) {
    int from = found.output().lastIndexOf(JVM_SAYS + ERROR);
    return from < 0 ? "" : found.output().substring(from).lines().findFirst().orElse("").strip();
  }

  private static Diagnosis.Builder nativeMemory(Findings found) {
    return found.says(
        Cause.NATIVE_MEMORY_OOM,
        Certainty.PROVEN,
        "was given no more memory by the operating system, so its JVM ended",
        "Lower maxHeap or workers, give the machine or container more memory, see ulimit -v.");
  }
}
