package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.diagnosis.Findings.Memory.Kill;
import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord.Kind;
import dev.outlive.spi.KillReason;
import dev.outlive.task.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Something ran out: memory of one kind or another, threads, or descriptors. */
final class Exhaustion {
  private static final String JVM_SAYS = "Terminating due to ";
  private static final String ERROR = "java.lang.OutOfMemoryError";

  /** HotSpot's {@code vm_exit_out_of_memory} ends so, or in SIGABRT. */
  private static final int JVM_GIVES_UP = 1;

  static final String NATIVE = "insufficient memory for the Java Runtime Environment";

  /** The C library, when a thread first uses a variable of its own: on its way into the above. */
  private static final int LIBRARY_GIVES_UP = 127;

  static final String LIBRARY = "cannot allocate memory for thread-local data: ABORT";

  /**
   * What may run out in a JVM.
   *
   * @param word what a worker notes that ends itself for it
   * @param telling what the error says, one of these; empty: whatever it says
   */
  private record Resource(
      Cause cause, Kind word, List<String> telling, String what, String advice) {
    boolean toldBy(String text) {
      return telling.isEmpty() || telling.stream().anyMatch(text::contains);
    }

    /** What ran out, and how much there was of it. */
    String whatOf(Sizes sizes) {
      long limit =
          switch (cause) {
            case HEAP_OOM -> sizes.heap();
            case METASPACE_OOM -> sizes.metaspace();
            case DIRECT_MEMORY_OOM -> sizes.direct();
            default -> 0;
          };
      return limit == 0 ? what : what + " (limit " + new Bytes(limit) + ")";
    }
  }

  private static final List<Resource> RESOURCES =
      List.of(
          new Resource(
              Cause.DIRECT_MEMORY_OOM,
              Kind.DIRECT_MEMORY_FULL,
              List.of("direct buffer memory"),
              "ran out of memory for direct buffers",
              "Raise -XX:MaxDirectMemorySize in jvmArgs, or find out who keeps the buffers."),
          new Resource(
              Cause.THREAD_LIMIT,
              Kind.NO_MORE_THREADS,
              List.of("native thread"),
              "could start no more threads",
              "Raise the limit on processes (ulimit -u, pids.max), or find out who starts so"
                  + " many."),
          new Resource(
              Cause.DESCRIPTOR_LIMIT,
              Kind.NO_MORE_DESCRIPTORS,
              List.of("Too many open files"),
              "could open no more files",
              "Raise the limit (ulimit -n), or find out who opens so many and does not close"
                  + " them."),
          new Resource(
              Cause.ARRAY_TOO_LARGE,
              Kind.HEAP_FULL,
              List.of("Requested array size"),
              "asked for an array longer than the JVM allows",
              "No heap is large enough for it: the length is likely to be read from bad input."),
          new Resource(
              Cause.METASPACE_OOM,
              Kind.HEAP_FULL,
              List.of("Metaspace", "Compressed class space"),
              "ran out of memory for classes",
              "Raise -XX:MaxMetaspaceSize in jvmArgs, or find out who loads classes without end."),
          new Resource(
              Cause.HEAP_OOM,
              Kind.HEAP_FULL,
              List.of(),
              "ran out of Java heap",
              "Raise maxHeap, or give the task less at a time."));

  /**
   * The kernel's own count says it of this worker, though the pool had meant to kill it too. Not
   * where that was for the same: then it is read and proven that it held too much, while the
   * kernel's victim may have been one of its children.
   */
  static final List<Rule> COUNTED =
      List.of(
          new Rule(
              found -> found.killReason() != KillReason.MEMORY_LIMIT && killed(found, Kill.OWN),
              Exhaustion::kernelKill));

  static final List<Rule> RULES = rules();

  private Exhaustion() {}

  private static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (Kill place : List.of(Kill.SHARED, Kill.ENCLOSING, Kill.MACHINE)) {
      rules.add(new Rule(found -> killed(found, place), Exhaustion::kernelKill));
    }
    RESOURCES.forEach(resource -> rules.add(noted(resource)));
    RESOURCES.forEach(resource -> rules.add(jvm(resource)));
    rules.add(new Rule(Exhaustion::noNativeMemory, Exhaustion::nativeMemory));
    return List.copyOf(rules);
  }

  private static boolean killed(Findings found, Kill where) {
    return found.memory().kill() == where
        && found.ending().endedBy(Ending.SIGKILL)
        && !found.mayHaveExited();
  }

  private static Diagnosis.Builder kernelKill(Findings found) {
    boolean proven = found.memory().kill() == Kill.OWN && found.killReason() == null;
    String where =
        switch (found.memory().kill()) {
          case OWN -> "its own control group counted an out-of-memory kill";
          case SHARED -> "its control group, shared with others, counted one";
          case ENCLOSING -> "a control group around its own counted one";
          case MACHINE, NONE -> "the machine counted one";
        };
    return found.says(
        Cause.KERNEL_OOM,
        proven ? Certainty.PROVEN : Certainty.LIKELY,
        "was killed by the kernel's out-of-memory killer (" + where + ")",
        found.memory().kill() == Kill.OWN
            ? "Raise the limit of its group (memoryPerWorker, with isolateMemory), or retry with"
                + " more."
            : "Give the container more memory, lower workers or maxHeap, or retry when memory"
                + " allows.");
  }

  private static Rule noted(Resource resource) {
    return new Rule(
        found ->
            found.lastWordIs(resource.word())
                && (resource.word() != Kind.HEAP_FULL
                    || resource.toldBy(found.page().lastWord().text())),
        found ->
            found.says(
                resource.cause(),
                found.ending().exitedWith(ExitCode.EXHAUSTED) ? Certainty.PROVEN : Certainty.LIKELY,
                resource.whatOf(found.memory().sizes()) + ": " + found.page().lastWord().text(),
                resource.advice()));
  }

  /**
   * The JVM ends itself without its shutdown hooks, and says so; a child with inherited streams may
   * have said it too, so without the exit value it means nothing.
   */
  private static Rule jvm(Resource resource) {
    return new Rule(
        found ->
            found.ending().exitedWith(ExitCode.JVM_OUT_OF_MEMORY)
                && !found.page().leaving()
                && !telling(found).isEmpty()
                && resource.toldBy(telling(found)),
        found ->
            found
                .says(
                    resource.cause(),
                    Certainty.PROVEN,
                    resource.whatOf(found.memory().sizes())
                        + ": "
                        + telling(found).substring(JVM_SAYS.length()),
                    resource.advice())
                .evidence("the JVM's words", telling(found)));
  }

  /** The last line in which the JVM says that it ends itself; empty if it does not. */
  private static String telling(Findings found) {
    int from = found.output().lastIndexOf(JVM_SAYS + ERROR);
    return from < 0 ? "" : found.output().substring(from).lines().findFirst().orElse("").strip();
  }

  private static boolean noNativeMemory(Findings found) {
    boolean gaveUp =
        found.ending().exitedWith(JVM_GIVES_UP) || found.ending().endedBy(Ending.SIGABRT);
    boolean libraryGaveUp = found.ending().exitedWith(LIBRARY_GIVES_UP);
    return found.ready()
        && !found.page().leaving()
        && ((gaveUp && found.output().contains(NATIVE))
            || (libraryGaveUp && found.output().contains(LIBRARY)));
  }

  private static Diagnosis.Builder nativeMemory(Findings found) {
    return found.says(
        Cause.NATIVE_MEMORY_OOM,
        found.crashReport().isPresent() ? Certainty.PROVEN : Certainty.LIKELY,
        "was given no more memory by the operating system, so its JVM ended",
        "Lower maxHeap or workers, give the machine or container more memory, see ulimit -v.");
  }
}
