package dev.outlive.internal.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the workers of a pool are started on this machine.
 *
 * @param pool the pool's name
 * @param workers the most workers at a time, among whom the processors are shared
 * @param javaHome the JDK or JRE they run on
 * @param memory how much memory they may hold
 * @param inheritJvmOptions whether they get some of this JVM's options
 * @param jvmArgs options of the user's, after all others
 * @param classPath the class path after Outlive's own; empty: this JVM's
 * @param environment variables to set beside those inherited
 * @param workingDirectory where they run; empty: where this JVM runs
 * @param maxResultBytes the most bytes of an encoded result
 * @param grace how long an orderly exit may take
 * @param frozenAfter how long a worker may show no progress of any kind
 * @param stacksOnCancel whether the stacks are taken before a kill for a cancellation too
 * @param coreDumps whether the kernel may write core dumps of workers
 * @param tagsOutput whether workers say which delivery it is that prints
 */
public record LocalSettings(
    String pool,
    int workers,
    Path javaHome,
    MemoryLimits memory,
    boolean inheritJvmOptions,
    List<String> jvmArgs,
    List<Path> classPath,
    Map<String, String> environment,
    Optional<Path> workingDirectory,
    long maxResultBytes,
    Duration grace,
    Duration frozenAfter,
    boolean stacksOnCancel,
    boolean coreDumps,
    boolean tagsOutput) {
  /**
   * Returns how a worker's memory is shared out.
   *
   * @throws IllegalArgumentException if what is set does not fit into the limit
   */
  public MemoryPlan memoryPlan() {
    return MemoryPlan.of(memory, jvmArgs, MachineMemory.here().totalBytes());
  }
}
