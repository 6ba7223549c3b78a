package dev.outlive.internal.diagnosis;

import static dev.outlive.internal.diagnosis.Seen.NO_NATIVE_MEMORY;
import static dev.outlive.internal.diagnosis.Seen.OOM;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.internal.diagnosis.Ending.Told;
import dev.outlive.internal.diagnosis.Findings.Memory.Kill;
import dev.outlive.internal.protocol.LastWord.Kind;
import dev.outlive.spi.KillReason;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of rules: what is found, and what is said of it. */
final class DiagnosticianRows {
  static final String W = "worker 3 (pid 4711) ";

  private static final String NO_REPORT =
      "was ended by SIGSEGV before its JVM could write a crash report, as when native code has used"
          + " up a thread's stack";

  private static final String NO_MORE =
      "was given no more memory by the operating system, so its JVM ended";
  private static final String CRASHED =
      "# A fatal error has been detected by the Java Runtime Environment:\n";

  record Row(Seen seen, Cause cause, Certainty certainty, String summary, @Nullable String signal) {
    @Override
    public String toString() {
      return cause + " " + certainty + ": " + summary;
    }
  }

  static Row proven(Seen seen, Cause cause, String what) {
    return new Row(seen, cause, Certainty.PROVEN, W + what, signal(seen, cause));
  }

  static Row likely(Seen seen, Cause cause, String what) {
    return new Row(seen, cause, Certainty.LIKELY, W + what, signal(seen, cause));
  }

  private static @Nullable String signal(Seen seen, Cause cause) {
    String name = seen.done().ending().name();
    boolean exited = cause == Cause.EXIT || cause == Cause.HALT;
    return exited || name.isEmpty() ? null : name;
  }

  static Row named(Row row, String signal) {
    return new Row(row.seen(), row.cause(), row.certainty(), row.summary(), signal);
  }

  static Stream<Row> starts() {
    return Stream.of(
        started(
            1,
            "\n  Unrecognized VM option 'UseFoo'\nmore\n\nthird\nfourth",
            "does not take its options; it said: Unrecognized VM option 'UseFoo' / more / third"),
        started(1, "", "ended before it was ready, with exit status 1"),
        new Row(
            Seen.exit(137).notReady().said("Invalid input was skipped"),
            Cause.START_FAILED,
            Certainty.LIKELY,
            W + "was ended by SIGKILL before it was ready, not by its pool",
            "SIGKILL"),
        proven(
            Seen.exit(137).told(Told.SIGNALLED).notReady(),
            Cause.START_FAILED,
            "was ended by SIGKILL before it was ready, not by its pool"),
        likely(
            Seen.exit(99).said("cannot start: no page"),
            Cause.START_FAILED,
            "could not open its link or its page; it said: cannot start: no page"),
        started(
            127,
            "setsid: failed to execute /x/java: No such file or directory",
            "has no java to run on; it said: setsid: failed to execute /x/java: No such file or"
                + " directory"),
        started(
            126,
            "sh: /x/java: Permission denied",
            "may not run its java; it said: sh: /x/java: Permission denied"),
        started(
            1,
            "Error occurred during initialization of VM\nCould not reserve enough space for heap",
            "was given no memory to start with; it said: Error occurred during initialization of VM"
                + " / Could not reserve enough space for heap"),
        started(
            1,
            "ERROR: transport error 202: bind failed: Address already in use",
            "could not open its debug or management port; it said: ERROR: transport error 202: bind"
                + " failed: Address already in use"),
        started(
            1,
            "Error: Could not find or load main class dev.outlive.X",
            "did not find its classes; it said: Error: Could not find or load main class"
                + " dev.outlive.X"),
        started(
            1,
            "java.lang.UnsupportedClassVersionError: x",
            "runs on a Java that is too old; it said: java.lang.UnsupportedClassVersionError: x"),
        new Row(
            new Seen().neverStarted("No such file or directory"),
            Cause.START_FAILED,
            Certainty.PROVEN,
            "worker 3 could not be started: No such file or directory",
            null),
        proven(
            Seen.exit(95).lastWord(Kind.INITIALIZER_THREW, "java.lang.Error: no licence"),
            Cause.INITIALIZER_FAILED,
            "could not be used: its initializer threw java.lang.Error: no licence"),
        likely(
            Seen.exit(0).lastWord(Kind.INITIALIZER_THREW, "java.lang.Error: no licence"),
            Cause.INITIALIZER_FAILED,
            "could not be used: its initializer threw java.lang.Error: no licence"));
  }

  private static Row started(int exit, String said, String what) {
    return proven(Seen.exit(exit).notReady().said(said), Cause.START_FAILED, what);
  }

  static Stream<Row> exhaustion() {
    String kernel = "was killed by the kernel's out-of-memory killer (";
    return Stream.of(
        proven(
            Seen.exit(137).oomKill(Kill.OWN),
            Cause.KERNEL_OOM,
            kernel + "its own control group counted an out-of-memory kill)"),
        likely(
            Seen.exit(137).oomKill(Kill.SHARED),
            Cause.KERNEL_OOM,
            kernel + "its control group, shared with others, counted one)"),
        likely(
            Seen.exit(137).oomKill(Kill.ENCLOSING),
            Cause.KERNEL_OOM,
            kernel + "a control group around its own counted one)"),
        likely(
            Seen.exit(137).oomKill(Kill.MACHINE),
            Cause.KERNEL_OOM,
            kernel + "the machine counted one)"),
        // a counter that rose for somebody else
        proven(
            Seen.exit(137).told(Told.EXITED).oomKill(Kill.SHARED),
            Cause.HALT,
            "ended itself with exit status 137 without its shutdown hooks"),
        proven(
            Seen.exit(0).leaving().oomKill(Kill.SHARED),
            Cause.EXIT,
            "ended itself with exit status 0"),
        // the heap and its like: the JVM ends itself
        oom(Cause.HEAP_OOM, "ran out of Java heap", "Java heap space"),
        oom(Cause.HEAP_OOM, "ran out of Java heap", "GC overhead limit exceeded"),
        oom(Cause.METASPACE_OOM, "ran out of memory for classes", "Metaspace"),
        oom(Cause.METASPACE_OOM, "ran out of memory for classes", "Compressed class space"),
        proven(
            Seen.exit(3).said(OOM).allowed(new Sizes(64 << 20, 0, 0)),
            Cause.HEAP_OOM,
            "ran out of Java heap (limit 64.0 MiB): java.lang.OutOfMemoryError: Java heap space"),
        proven(
            Seen.exit(96)
                .lastWord(Kind.HEAP_FULL, "Metaspace")
                .allowed(new Sizes(64 << 20, 40 << 20, 0)),
            Cause.METASPACE_OOM,
            "ran out of memory for classes (limit 40.0 MiB): Metaspace"),
        proven(
            Seen.exit(96)
                .lastWord(Kind.DIRECT_MEMORY_FULL, "OOME: direct")
                .allowed(new Sizes(64 << 20, 0, 16 << 20)),
            Cause.DIRECT_MEMORY_OOM,
            "ran out of memory for direct buffers (limit 16.0 MiB): OOME: direct"),
        oom(
            Cause.ARRAY_TOO_LARGE,
            "asked for an array longer than the JVM allows",
            "Requested array size exceeds VM limit"),
        oom(
            Cause.THREAD_LIMIT,
            "could start no more threads",
            "unable to create native thread: possibly out of memory"),
        likely(
            Seen.exit(4).said(OOM),
            Cause.HALT,
            "ended itself with exit status 4 without its shutdown hooks"),
        likely(
            Seen.exit(3), Cause.HALT, "ended itself with exit status 3 without its shutdown hooks"),
        // a child with inherited streams says it, and its exit value is handed on
        proven(
            Seen.exit(3).leaving().said(OOM).lastWord(Kind.EXIT_CALLED, "at a.B.c(B.java:7)"),
            Cause.EXIT,
            "ended itself with exit status 3: System.exit was called at a.B.c(B.java:7)"),
        proven(Seen.exit(3).leaving(), Cause.EXIT, "ended itself with exit status 3"),
        // what the JVM survives and a worker does not
        proven(
            Seen.exit(96).lastWord(Kind.DIRECT_MEMORY_FULL, "OOME: direct"),
            Cause.DIRECT_MEMORY_OOM,
            "ran out of memory for direct buffers: OOME: direct"),
        likely(
            Seen.exit(137).lastWord(Kind.DIRECT_MEMORY_FULL, "OOME: direct"),
            Cause.DIRECT_MEMORY_OOM,
            "ran out of memory for direct buffers: OOME: direct"),
        proven(
            Seen.exit(96).lastWord(Kind.NO_MORE_THREADS, "OOME: thread"),
            Cause.THREAD_LIMIT,
            "could start no more threads: OOME: thread"),
        proven(
            Seen.exit(96).lastWord(Kind.NO_MORE_DESCRIPTORS, "Too many open files"),
            Cause.DESCRIPTOR_LIMIT,
            "could open no more files: Too many open files"),
        proven(
            Seen.exit(96).lastWord(Kind.HEAP_FULL, "OOME: heap"),
            Cause.HEAP_OOM,
            "ran out of Java heap: OOME: heap"),
        likely(Seen.exit(1).said(NO_NATIVE_MEMORY), Cause.NATIVE_MEMORY_OOM, NO_MORE),
        proven(
            Seen.exit(1).said(NO_NATIVE_MEMORY).crashed(null, null),
            Cause.NATIVE_MEMORY_OOM,
            NO_MORE),
        likely(
            Seen.exit(127).said("cannot allocate memory for thread-local data: ABORT\n"),
            Cause.NATIVE_MEMORY_OOM,
            NO_MORE),
        likely(
            Seen.exit(127).said(NO_NATIVE_MEMORY),
            Cause.HALT,
            "ended itself with exit status 127 without its shutdown hooks"),
        likely(
            Seen.exit(7).said(NO_NATIVE_MEMORY),
            Cause.HALT,
            "ended itself with exit status 7 without its shutdown hooks"),
        // the JVM was told not to end itself
        proven(
            Seen.exit(96).lastWord(Kind.HEAP_FULL, "OutOfMemoryError: Metaspace"),
            Cause.METASPACE_OOM,
            "ran out of memory for classes: OutOfMemoryError: Metaspace"),
        proven(
            Seen.exit(96).lastWord(Kind.HEAP_FULL, "Requested array size exceeds VM limit"),
            Cause.ARRAY_TOO_LARGE,
            "asked for an array longer than the JVM allows: Requested array size exceeds VM"
                + " limit"),
        // the kernel counted it of this worker while the pool was about to kill it
        likely(
            Seen.exit(137).oomKill(Kill.OWN).killedFor(KillReason.TIMEOUT),
            Cause.KERNEL_OOM,
            kernel + "its own control group counted an out-of-memory kill)"),
        proven(
            Seen.exit(137).oomKill(Kill.SHARED).killedFor(KillReason.TIMEOUT),
            Cause.TIMEOUT,
            "was killed by its pool: its task ran for longer than its limit"));
  }

  private static Row oom(Cause cause, String what, String resource) {
    String error = "java.lang.OutOfMemoryError: " + resource;
    String output = "loading\nTerminating due to " + error + "\n";
    return proven(Seen.exit(3).said(output), cause, what + ": " + error);
  }

  static Stream<Row> crashes() {
    return Stream.of(
        named(
            proven(
                Seen.exit(134).crashed("SIGBUS", "C  [x.so+1]"),
                Cause.BUS_ERROR,
                "crashed with SIGBUS at C  [x.so+1]"),
            "SIGBUS"),
        named(
            proven(
                Seen.exit(134).crashed("SIGBUS", "C  [x.so+1]", "a.B.c"),
                Cause.BUS_ERROR,
                "crashed with SIGBUS at C  [x.so+1], called from a.B.c"),
            "SIGBUS"),
        named(
            proven(
                Seen.exit(134).crashed("SIGSEGV", null, "a.B.c"),
                Cause.NATIVE_CRASH,
                "crashed in native code with SIGSEGV in a call from a.B.c"),
            "SIGSEGV"),
        named(
            proven(
                Seen.exit(134).crashed("SIGSEGV", null),
                Cause.NATIVE_CRASH,
                "crashed in native code with SIGSEGV"),
            "SIGSEGV"),
        named(
            proven(
                Seen.exit(134).crashed("SIGSEGV", "C  f").leaving(),
                Cause.NATIVE_CRASH,
                "crashed in native code with SIGSEGV at C  f"),
            "SIGSEGV"),
        named(
            proven(
                Seen.exit(134).crashed("SIGSEGV", "C  f").notReady(),
                Cause.NATIVE_CRASH,
                "crashed in native code with SIGSEGV at C  f"),
            "SIGSEGV"),
        named(
            proven(
                Seen.exit(134)
                    .crashed("SIGSEGV", "C  f")
                    .said("An irrecoverable stack overflow has occurred.\n"),
                Cause.STACK_OVERFLOW,
                "used up a thread's stack where the JVM could not throw at C  f"),
            "SIGSEGV"),
        likely(Seen.exit(139), Cause.STACK_OVERFLOW, NO_REPORT),
        likely(Seen.exit(139).leaving(), Cause.EXIT, "ended itself with exit status 139"),
        likely(
            Seen.exit(134).said(CRASHED),
            Cause.NATIVE_CRASH,
            "crashed in native code, and its crash report is not where it should be"),
        likely(Seen.exit(139).told(Told.SIGNALLED), Cause.STACK_OVERFLOW, NO_REPORT),
        proven(
            Seen.exit(139).told(Told.EXITED),
            Cause.HALT,
            "ended itself with exit status 139 without its shutdown hooks"),
        likely(
            Seen.exit(1).crashed(null, null),
            Cause.HALT,
            "ended itself with exit status 1 without its shutdown hooks"),
        likely(
            Seen.exit(134),
            Cause.NATIVE_ABORT,
            "was ended by SIGABRT without a crash report, as abort() in native code does"),
        likely(
            Seen.exit(134).said("loading\nfree(): invalid pointer\n\n"),
            Cause.NATIVE_ABORT,
            "was ended by SIGABRT without a crash report, as abort() in native code does; the last"
                + " line that it printed: free(): invalid pointer"),
        proven(
            Seen.exit(134).told(Told.SIGNALLED),
            Cause.NATIVE_ABORT,
            "was ended by SIGABRT without a crash report, as abort() in native code does"),
        proven(
            Seen.exit(134).told(Told.EXITED),
            Cause.HALT,
            "ended itself with exit status 134 without its shutdown hooks"),
        likely(Seen.exit(134).leaving(), Cause.EXIT, "ended itself with exit status 134"));
  }

  static Stream<Row> exits() {
    String outside = ", which its pool did not send";
    return Stream.of(
        likely(Seen.exit(137), Cause.SIGKILL, "was killed by SIGKILL" + outside),
        proven(
            Seen.exit(137).told(Told.SIGNALLED), Cause.SIGKILL, "was killed by SIGKILL" + outside),
        proven(
            Seen.exit(137).told(Told.SIGNALLED).leaving(),
            Cause.SIGKILL,
            "was killed by SIGKILL" + outside),
        likely(Seen.exit(137).leaving(), Cause.EXIT, "ended itself with exit status 137"),
        proven(
            Seen.exit(137).told(Told.EXITED).leaving(),
            Cause.EXIT,
            "ended itself with exit status 137"),
        // SIGTERM, and SIGKILL since that took too long
        proven(
            Seen.exit(137).told(Told.SIGNALLED).leaving().lastWord(Kind.SIGNALLED, "SIGTERM"),
            Cause.SIGKILL,
            "was killed by SIGKILL" + outside),
        likely(Seen.exit(143), Cause.SIGNAL, "was ended by SIGTERM" + outside),
        likely(Seen.exit(130), Cause.SIGNAL, "was ended by SIGINT" + outside),
        likely(Seen.exit(129).leaving(), Cause.SIGNAL, "was ended by SIGHUP" + outside),
        likely(Seen.exit(192), Cause.SIGNAL, "was ended by SIGRTMIN+30" + outside),
        // the JVM's handler makes SIGTERM an orderly exit
        named(
            proven(
                Seen.exit(143).told(Told.EXITED).leaving().lastWord(Kind.SIGNALLED, "SIGTERM"),
                Cause.SIGNAL,
                "was ended by SIGTERM" + outside),
            "SIGTERM"),
        likely(
            Seen.exit(143).leaving().lastWord(Kind.EXIT_CALLED, "at a.B.c(B.java:7) in thread t"),
            Cause.EXIT,
            "ended itself with exit status 143: System.exit was called at a.B.c(B.java:7) in thread"
                + " t"),
        proven(
            Seen.exit(7).leaving().lastWord(Kind.EXIT_CALLED, "at a.B.c(B.java:7) in thread t"),
            Cause.EXIT,
            "ended itself with exit status 7: System.exit was called at a.B.c(B.java:7) in thread"
                + " t"),
        proven(Seen.exit(0).leaving(), Cause.EXIT, "ended itself with exit status 0"),
        proven(Seen.exit(255).leaving(), Cause.EXIT, "ended itself with exit status 255"),
        proven(Seen.exit(99).leaving(), Cause.EXIT, "ended itself with exit status 99"),
        likely(
            Seen.exit(99).at("item 7 RUNNING"),
            Cause.HALT,
            "ended itself with exit status 99 without its shutdown hooks"),
        likely(
            Seen.exit(0), Cause.HALT, "ended itself with exit status 0 without its shutdown hooks"),
        proven(
            Seen.exit(42).told(Told.EXITED),
            Cause.HALT,
            "ended itself with exit status 42 without its shutdown hooks"),
        likely(
            Seen.exit(128),
            Cause.HALT,
            "ended itself with exit status 128 without its shutdown hooks"),
        likely(
            Seen.exit(193),
            Cause.HALT,
            "ended itself with exit status 193 without its shutdown hooks"),
        proven(
            Seen.exit(98).lastWord(Kind.PROTOCOL, "java.lang.Error: x"),
            Cause.PROTOCOL,
            "failed in Outlive's own code: java.lang.Error: x"),
        likely(
            Seen.exit(98),
            Cause.HALT,
            "ended itself with exit status 98 without its shutdown hooks"),
        proven(
            Seen.exit(97).lastWord(Kind.POOL_GONE, "its end of the link was closed"),
            Cause.PROTOCOL,
            "lost its link to the pool, which the pool had not closed, and ended itself"),
        new Row(
            Seen.exit(-1),
            Cause.UNKNOWN,
            Certainty.UNKNOWN,
            W + "is gone without an exit value",
            null));
  }

  static Stream<Row> rules() {
    return Stream.of(OurKillRows.all(), starts(), exhaustion(), crashes(), exits())
        .flatMap(Function.identity());
  }

  private DiagnosticianRows() {}
}
