package dev.outlive.internal.local;

import dev.outlive.task.Bytes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warns, when a pool is opened, of what will end badly if all goes badly: workers that together may
 * hold more than there is, and a container that the kernel kills as one.
 */
final class Overcommit {
  private static final Logger LOG = System.getLogger(Overcommit.class.getName());
  private static final AtomicBoolean TOLD_OF_GROUP = new AtomicBoolean();

  private Overcommit() {}

  /** Tells it to the log: of workers for each pool, of the container once. */
  static void warn(LocalSettings settings, MemoryPlan plan, MachineMemory machine) {
    of(settings, plan, machine)
        .ifPresent(words -> LOG.log(Level.WARNING, "pool \"" + settings.pool() + "\": " + words));
    killedAsOne(machine)
        .filter(_ -> TOLD_OF_GROUP.compareAndSet(false, true))
        .ifPresent(words -> LOG.log(Level.WARNING, words));
  }

  /** Returns a sentence if the workers of a pool may hold more than there is. */
  static Optional<String> of(LocalSettings settings, MemoryPlan plan, MachineMemory machine) {
    boolean limited = plan.limitBytes() > 0;
    long each = limited ? plan.limitBytes() : plan.setHeapBytes();
    long total = machine.totalBytes();
    int workers = settings.workers();
    if (total == 0 || each <= total / workers) {
      return Optional.empty();
    }
    String most = total < each ? "" : "Lower workers to " + total / each + ", or ";
    return Optional.of(
        workers
            + (workers == 1 ? " worker of " : " workers of ")
            + new Bytes(each)
            + (limited ? "" : " heap")
            + (workers == 1 ? "" : " each may hold " + product(workers, each) + " together,")
            + (workers == 1 ? " may hold" : "")
            + " more than the "
            + new Bytes(total)
            + " of "
            + machine.place()
            + ": if they do, the kernel's out-of-memory killer chooses. "
            + most
            + (most.isEmpty() ? "Lower " : "")
            + (limited ? "memoryPerWorker" : "the heap")
            + " to "
            + new Bytes(total / workers)
            + (limited ? "." : ", and set memoryPerWorker: a JVM holds more than its heap."));
  }

  private static Bytes product(int workers, long each) {
    return new Bytes(each > Long.MAX_VALUE / workers ? Long.MAX_VALUE : workers * each);
  }

  /** Returns a sentence if this program dies with its workers. */
  static Optional<String> killedAsOne(MachineMemory machine) {
    return Optional.of(machine.killedAsOne())
        .filter(group -> !group.isEmpty())
        .map(
            group ->
                "The control group "
                    + group
                    + ", or one around it, has memory.oom.group=1, as Kubernetes sets it: where the"
                    + " kernel would kill one worker for want of memory, it kills this program with"
                    + " all of them. There are "
                    + new Bytes(machine.totalBytes())
                    + " in "
                    + machine.place()
                    + ": set memoryPerWorker so that all workers fit in beside this program.");
  }
}
