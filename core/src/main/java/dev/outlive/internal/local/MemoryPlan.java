package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Sizes;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.spi.WorkerSize;
import dev.outlive.task.Bytes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;

/**
 * How a worker's limit on memory is shared out among what a JVM holds, so that all of it together
 * fits. What the user has set is kept; what does not fit is refused, with both numbers.
 *
 * <pre>
 *   own | stacks | code cache | metaspace | direct | heap: what is left           limit, nothing set
 *   own | stacks | code cache | metaspace | direct ->|<- free | heap as set       limit and maxHeap
 * </pre>
 *
 * <p>Own is what cannot be set: the archive of the JDK's classes, the compilers, the collector's
 * tables. What a worker holds with the serial collector on JDK 25, and how it was measured, is in
 * docs/design-decisions.md. Without a limit nothing is shared out. Immutable.
 */
public final class MemoryPlan {
  private static final long MIB = 1 << 20;

  private static final long OWN = 26 * MIB;
  private static final long SMALLEST_HEAP = 8 * MIB;
  private static final long USUAL_STACK = MIB;

  /** The threads that are no task's are many, and never deep. */
  private static final long OTHER_STACKS = MIB;

  /** The collector's tables are that part of the heap: card table and offsets; remembered sets. */
  private static final long SERIAL_TABLES = 128;

  private static final long OTHER_TABLES = 16;

  /** What the JVM takes of the memory it sees, if nobody says otherwise: a quarter. */
  private static final int USUAL_PART = 4;

  /** One part of a JVM's memory: no less than the least, no more than what is wanted. */
  private enum Part {
    CODE("-XX:ReservedCodeCacheSize=", 8 * MIB, 12, 96 * MIB),
    METASPACE("-XX:MaxMetaspaceSize=", 12 * MIB, 8, 256 * MIB),
    DIRECT("-XX:MaxDirectMemorySize=", 2 * MIB, 16, 1024 * MIB);

    private final String flag;
    private final long least;
    private final int divisor;
    private final long most;

    Part(String flag, long least, int divisor, long most) {
      this.flag = flag;
      this.least = least;
      this.divisor = divisor;
      this.most = most;
    }

    long wanted(long limit) {
      return Math.clamp(limit / divisor, least, most);
    }

    Optional<Long> setBy(JvmSizes user) {
      return switch (this) {
        case CODE -> boxed(user.codeCache());
        case METASPACE -> boxed(user.metaspace());
        case DIRECT -> boxed(user.direct());
      };
    }

    private static Optional<Long> boxed(OptionalLong size) {
      return size.isPresent() ? Optional.of(size.getAsLong()) : Optional.empty();
    }
  }

  private final MemoryLimits limits;
  private final List<String> jvmArgs;
  private final long machineBytes;
  private final JvmSizes user;
  private final long limit;

  /** The heap of this one worker, whatever the settings say; 0: as they say. */
  private final long ownHeap;

  private final Map<Part, Long> parts = new EnumMap<>(Part.class);
  private final long heap;
  private final long missing;

  private MemoryPlan(
      MemoryLimits limits, List<String> jvmArgs, long machineBytes, WorkerSize size) {
    this.limits = limits;
    this.jvmArgs = List.copyOf(jvmArgs);
    this.machineBytes = machineBytes;
    this.user = JvmSizes.of(jvmArgs);
    this.limit =
        size.memoryBytes() > 0
            ? size.memoryBytes()
            : limits.perWorker().map(Bytes::count).orElse(0L);
    this.ownHeap = size.heapBytes();
    long set = setHeap();
    long room = limit - OWN - stacks() - withTables(set > 0 ? set : leastHeap());
    long least = 0;
    long wanted = 0;
    for (Part part : Part.values()) {
      least += part.setBy(user).orElse(part.least);
      wanted += part.setBy(user).orElse(part.wanted(limit));
    }
    this.missing = limit == 0 ? 0 : Math.max(0, least - room);
    double share = Math.clamp((double) (room - least) / Math.max(1, wanted - least), 0, 1);
    long left = Math.max(0, room);
    for (Part part : Part.values()) {
      long more = (long) (share * (part.wanted(limit) - part.least));
      parts.put(part, part.setBy(user).orElse(wholeMebibytes(part.least + more)));
      left = Math.max(0, left - part(part));
    }
    this.heap = limit == 0 || set > 0 ? set : withoutTables(withTables(leastHeap()) + left);
    if (set > 0 && Part.DIRECT.setBy(user).isEmpty()) {
      long more = Math.clamp(set - part(Part.DIRECT), 0, left);
      parts.merge(Part.DIRECT, wholeMebibytes(more), Long::sum);
    }
  }

  /**
   * Shares the limit out.
   *
   * @param jvmArgs the user's own options
   * @param machineBytes how much memory the machine or container has; 0: not known
   * @throws IllegalArgumentException if what is set does not fit into the limit
   */
  public static MemoryPlan of(MemoryLimits limits, List<String> jvmArgs, long machineBytes) {
    MemoryPlan plan = new MemoryPlan(limits, jvmArgs, machineBytes, WorkerSize.USUAL);
    if (plan.missing > 0) {
      throw new IllegalArgumentException(plan.contradiction());
    }
    return plan;
  }

  /**
   * Returns the plan of one worker that gets another size; what does not fit is as small as can.
   */
  MemoryPlan resized(WorkerSize size) {
    return size.equals(WorkerSize.USUAL)
        ? this
        : new MemoryPlan(limits, jvmArgs, machineBytes, size);
  }

  // ---- shares

  /** What was said of the heap; 0: nothing. */
  private long setHeap() {
    if (ownHeap > 0) {
      return ownHeap;
    }
    long percent = (long) (seen() / 100.0 * user.heapPercent().orElse(0));
    return limits.maxHeap().map(Bytes::count).orElse(user.heap().orElse(percent));
  }

  /** How much memory the worker's JVM finds: in a group of its own, the limit. */
  private long seen() {
    return limits.isolate() && limit > 0 ? limit : machineBytes;
  }

  private long leastHeap() {
    return Math.max(SMALLEST_HEAP, user.initialHeap().orElse(0));
  }

  private long stacks() {
    return user.stack().orElse(USUAL_STACK) + OTHER_STACKS;
  }

  private long withTables(long heapBytes) {
    return heapBytes + heapBytes / tables();
  }

  private long withoutTables(long bytes) {
    return wholeMebibytes(bytes - bytes / (tables() + 1));
  }

  private static long wholeMebibytes(long bytes) {
    return bytes / MIB * MIB;
  }

  private long tables() {
    return user.serial() ? SERIAL_TABLES : OTHER_TABLES;
  }

  /** Names what is set, what it is to fit into, and what would do. */
  private String contradiction() {
    StringJoiner set = new StringJoiner(" and ");
    limits.maxHeap().ifPresent(size -> set.add("maxHeap " + size));
    for (String option : jvmArgs) {
      if (JvmSizes.of(List.of(option)).setsAny()) {
        set.add("jvmArgs " + option);
      }
    }
    boolean several = set.toString().contains(" and ");
    long given = limit + missing;
    long others = setHeap() == 0 ? 0 : given - setHeap();
    String why =
        others > 0
            ? "beside a heap of "
                + new Bytes(setHeap())
                + " a worker needs "
                + new Bytes(others)
                + " (its JVM, classes, code, stacks, buffers)"
            : "with " + (several ? "them" : "it") + " a worker needs " + new Bytes(given);
    return set
        + (several ? " do" : " does")
        + " not fit into memoryPerWorker "
        + new Bytes(limit)
        + ": "
        + why
        + ". Raise memoryPerWorker to "
        + new Bytes(given)
        + " or more, or lower what is set by "
        + new Bytes(missing)
        + '.';
  }

  // ---- what follows

  /** Returns what the worker may hold, in bytes; 0: any. */
  long limitBytes() {
    return limit;
  }

  /** Returns the heap that was set or follows from the limit; 0: the JVM chooses. */
  long setHeapBytes() {
    return heap;
  }

  /** Returns the heap that a worker has, in bytes; 0: not known. */
  public long heapBytes() {
    return heap > 0 ? heap : seen() / USUAL_PART;
  }

  /**
   * Returns what can run out in such a worker's JVM, as far as it is known.
   *
   * @param told what the worker said of its heap
   */
  Sizes sizes(HeapUse told) {
    long metaspace = limit == 0 ? user.metaspace().orElse(0) : part(Part.METASPACE);
    long direct = limit == 0 ? user.direct().orElse(0) : part(Part.DIRECT);
    return new Sizes(heap > 0 ? heap : told.mostBytes(), metaspace, direct);
  }

  /** Returns what one part has. */
  private long part(Part part) {
    return parts.getOrDefault(part, 0L);
  }

  /** Returns the options of the JVM that keep to this, without those that the user has set. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    boolean usersHeap = user.heap().isPresent() || user.heapPercent().isPresent();
    if (heap > 0 && (ownHeap > 0 || !usersHeap)) {
      options.add("-Xmx" + heap);
    }
    if (limit > 0) {
      for (Part part : Part.values()) {
        if (part.setBy(user).isEmpty()) {
          options.add(part.flag + part(part));
        }
      }
      if (user.stack().isEmpty()) {
        options.add("-Xss" + USUAL_STACK);
      }
    }
    return options;
  }

  /** Returns those that a worker of another size has beside, or in the place of, the usual ones. */
  List<String> optionsBeside(MemoryPlan usual) {
    List<String> options = new ArrayList<>(options());
    options.removeAll(usual.options());
    return options;
  }
}
