package dev.outlive.internal.diagnosis;

import dev.outlive.spi.KillReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found when a worker had died, before anybody judges it.
 *
 * @param worker the worker's number
 * @param pid its process id; 0: no process was started
 * @param exitValue as {@link Process#exitValue()} has it; -1: none
 * @param ready whether the worker had said that it was ready
 * @param bye whether it had said that it leaves as asked
 * @param leaving whether its page says that an orderly exit had begun
 * @param killReason why the pool killed it; null: the pool did not
 * @param problem what could not be done or read on the way, in words; empty: nothing
 * @param lastSeen what its page said it was at, in words; empty: nothing
 * @param crashReport the JVM's crash report, if there is one
 * @param output the end of what it wrote to stdout and stderr
 */
public record Findings(
    int worker,
    long pid,
    int exitValue,
    boolean ready,
    boolean bye,
    boolean leaving,
    @Nullable KillReason killReason,
    String problem,
    String lastSeen,
    Optional<CrashReport> crashReport,
    String output) {}
