package dev.outlive.internal.diagnosis;

import static dev.outlive.internal.diagnosis.DiagnosticianRows.likely;
import static dev.outlive.internal.diagnosis.DiagnosticianRows.named;
import static dev.outlive.internal.diagnosis.DiagnosticianRows.proven;
import static dev.outlive.internal.diagnosis.Seen.OOM;

import dev.outlive.failure.Cause;
import dev.outlive.internal.diagnosis.DiagnosticianRows.Row;
import dev.outlive.internal.diagnosis.Ending.Told;
import dev.outlive.internal.diagnosis.Findings.Memory.Kill;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.spi.KillReason;
import java.util.stream.Stream;

/** The rows of {@link DiagnosticianRows} about what the pool itself has killed. */
final class OurKillRows {
  static Stream<Row> all() {
    String pool = "was killed by its pool";
    return Stream.of(
        proven(
            Seen.exit(137).killedFor(KillReason.TIMEOUT),
            Cause.TIMEOUT,
            pool + ": its task ran for longer than its limit"),
        proven(
            Seen.exit(137).killedFor(KillReason.TIMEOUT).stacks("dump", "a.B.c(B.java:7)", false),
            Cause.TIMEOUT,
            pool + ": its task ran for longer than its limit; it was at a.B.c(B.java:7)"),
        proven(
            Seen.exit(137).killedFor(KillReason.TIMEOUT).stacks("dump", "a.B.c(B.java:7)", true),
            Cause.TIMEOUT,
            pool
                + ": its task ran for longer than its limit and was deadlocked; it was at"
                + " a.B.c(B.java:7)"),
        proven(
            Seen.exit(-1).killedFor(KillReason.TIMEOUT),
            Cause.TIMEOUT,
            pool + ": its task ran for longer than its limit"),
        proven(
            Seen.exit(131).killedFor(KillReason.TIMEOUT),
            Cause.TIMEOUT,
            pool + ": its task ran for longer than its limit"),
        proven(
            Seen.exit(137).killedFor(KillReason.MEMORY_LIMIT).held(held(31, 1)),
            Cause.MEMORY_LIMIT,
            pool
                + ": it held 171.0 MiB, its limit is 150.0 MiB (heap about 31.0 MiB, so about 140.0"
                + " MiB native)"),
        proven(
            Seen.exit(137).killedFor(KillReason.MEMORY_LIMIT).held(held(31, 3)),
            Cause.MEMORY_LIMIT,
            pool
                + ": it held 171.0 MiB, its limit is 150.0 MiB (heap about 31.0 MiB, so about 140.0"
                + " MiB native or of what it had started)"),
        proven(
            Seen.exit(137).killedFor(KillReason.MEMORY_LIMIT).seenBefore("99 of 90"),
            Cause.MEMORY_LIMIT,
            pool + ": it held too much memory: 99 of 90"),
        // the same was counted by the kernel, whose victim may have been a child
        proven(
            Seen.exit(137)
                .killedFor(KillReason.MEMORY_LIMIT)
                .held(new Held(150 << 20, 171 << 20, 171 << 20, HeapUse.NONE, 0, 1, 0))
                .oomKill(Kill.OWN),
            Cause.MEMORY_LIMIT,
            pool + ": it held 171.0 MiB, its limit is 150.0 MiB"),
        proven(
            Seen.exit(137).killedFor(KillReason.PREEMPTED).seenBefore("80.0 MiB of 1.0 GiB free"),
            Cause.PREEMPTED,
            pool + ", since memory ran short: 80.0 MiB of 1.0 GiB free"),
        proven(
            Seen.exit(137).killedFor(KillReason.CANCELLED),
            Cause.CANCELLED,
            pool + ": its task was cancelled and did not end within the grace"),
        proven(
            Seen.exit(137).killedFor(KillReason.SHUTDOWN), Cause.SHUTDOWN, pool + ", which ends"),
        proven(Seen.exit(137).killedFor(KillReason.ABORTED), Cause.SHUTDOWN, pool + ", which ends"),
        proven(
            Seen.exit(137).killedFor(KillReason.START_TIMEOUT).notReady(),
            Cause.START_FAILED,
            pool + ": it was not ready within the start timeout"),
        proven(
            Seen.exit(137).killedFor(KillReason.START_TIMEOUT).initializing(),
            Cause.START_FAILED,
            pool + ": its initializer had not ended within the start timeout"),
        proven(
            Seen.exit(137).killedFor(KillReason.PROTOCOL),
            Cause.PROTOCOL,
            pool + ": it sent what is not a message"),
        proven(
            Seen.exit(137).killedFor(KillReason.FROZEN).seenBefore("state T for 30 s"),
            Cause.FROZEN,
            pool + ", frozen: state T for 30 s"),
        proven(
            Seen.exit(137).killedFor(KillReason.HUNG_EXIT),
            Cause.HUNG_EXIT,
            pool + ": it had begun to exit and did not end within the grace"),
        likely(
            Seen.exit(137).killedFor(KillReason.UNRESPONSIVE),
            Cause.UNRESPONSIVE,
            pool + ": it did not pick up its work"),
        likely(
            Seen.exit(137).killedFor(KillReason.LINK_CLOSED),
            Cause.HUNG_EXIT,
            "closed its link and did not exit within the grace, so its pool killed it"),
        proven(
            Seen.exit(137).killedFor(KillReason.LINK_CLOSED).leaving(),
            Cause.HUNG_EXIT,
            "closed its link and did not exit within the grace, so its pool killed it"),
        // we meant to kill it, and it was faster
        likely(
            Seen.exit(137).killedFor(KillReason.TIMEOUT).oomKill(Kill.OWN),
            Cause.KERNEL_OOM,
            "was killed by the kernel's out-of-memory killer (its own control group counted an"
                + " out-of-memory kill)"),
        proven(
            Seen.exit(3).killedFor(KillReason.MEMORY_LIMIT).held(held(31, 1)).said(OOM),
            Cause.HEAP_OOM,
            "ran out of Java heap: java.lang.OutOfMemoryError: Java heap space"),
        likely(
            Seen.exit(0).killedFor(KillReason.TIMEOUT),
            Cause.HALT,
            "ended itself with exit status 0 without its shutdown hooks"),
        proven(
            Seen.exit(137).told(Told.EXITED).killedFor(KillReason.TIMEOUT),
            Cause.HALT,
            "ended itself with exit status 137 without its shutdown hooks"),
        named(
            proven(
                Seen.exit(134).killedFor(KillReason.TIMEOUT).crashed("SIGSEGV", "C  f"),
                Cause.NATIVE_CRASH,
                "crashed in native code with SIGSEGV at C  f"),
            "SIGSEGV"),
        proven(
            Seen.exit(0).killedFor(KillReason.SHUTDOWN).bye(),
            Cause.SHUTDOWN,
            "left as it was asked to"),
        proven(Seen.exit(0).bye().leaving(), Cause.SHUTDOWN, "left as it was asked to"));
  }

  private static Held held(int heapMebibytes, int processes) {
    HeapUse heap = new HeapUse(9 << 20, heapMebibytes << 20, 64 << 20);
    return new Held(150 << 20, 171 << 20, 171 << 20, heap, 0, processes, 0);
  }

  private OurKillRows() {}
}
