package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What memory there is in a history, and what is to be done about it: settings, words of retries,
 * what attempts hold. In half of all histories it plays no part.
 */
final class MemoryPlan {
  static final long MIB = 1 << 20;

  /** How many names tasks have. What bears the same name holds about as much. */
  private static final int NAMES = 3;

  /** When memory can be seen. */
  enum Sight {
    ALWAYS,
    /** But for a while. */
    GAP,
    /** Until a moment, and never again. */
    ENDS,
    NEVER
  }

  /** Whether memory plays a part. */
  final boolean matters;

  final Sight sight;
  final long gapFrom;
  final long gapTo;

  /** What the machine has. */
  final long totalBytes;

  /** What a control group around the workers may have; as much as the machine: there is none. */
  final long groupBytes;

  final boolean groupKill;

  /** What a worker holds that does nothing. */
  final long workerBytes;

  /** Who holds more than this for good has grown; {@link Long#MAX_VALUE}: nobody looks. */
  final long grownBytes;

  final MemoryRules rules;

  MemoryPlan(SplittableRandom random) {
    this.matters = random.nextBoolean();
    this.totalBytes = MIB * random.nextLong(1024, 32_768);
    this.groupBytes = random.nextInt(3) == 0 ? totalBytes * 2 / 3 : totalBytes;
    this.groupKill = random.nextInt(4) == 0;
    this.workerBytes = totalBytes / 100;
    this.grownBytes = random.nextInt(3) == 0 ? workerBytes * 2 : Long.MAX_VALUE;
    int roll = random.nextInt(10);
    this.sight =
        roll < 6 ? Sight.ALWAYS : roll < 8 ? Sight.GAP : roll < 9 ? Sight.ENDS : Sight.NEVER;
    this.gapFrom = SECOND + random.nextLong(4 * SECOND);
    this.gapTo = gapFrom + random.nextLong(6 * SECOND);
    this.rules = matters ? rules(random) : MemoryRules.NONE;
  }

  private MemoryRules rules(SplittableRandom random) {
    long hold = totalBytes / 100 * random.nextInt(40);
    MemoryPolicy policy =
        switch (random.nextInt(4)) {
          case 0 -> MemoryPolicy.OFF;
          case 1 -> MemoryPolicy.USUAL;
          case 2 -> MemoryPolicy.keepFree(hold, 0);
          default -> MemoryPolicy.keepFree(hold, hold / (1 + random.nextInt(3)));
        };
    long limit = random.nextBoolean() ? 0 : totalBytes / 8;
    long heap = random.nextBoolean() ? 0 : totalBytes / 16;
    return new MemoryRules(policy, random.nextInt(3) == 0, heap, limit);
  }

  boolean seenAt(long now) {
    boolean inGap = now >= gapFrom && now < gapTo;
    return switch (sight) {
      case ALWAYS -> true;
      case GAP -> !inGap;
      case ENDS -> now < gapFrom;
      case NEVER -> false;
    };
  }

  static String name(long task) {
    return "task " + task % NAMES;
  }

  /** Returns the policy, with more to say about memory in some histories. */
  RetryPolicy withWords(RetryPolicy policy, SplittableRandom random) {
    RetryPolicy more = policy;
    if (!matters || random.nextInt(3) == 0) {
      return more;
    }
    if (random.nextInt(3) > 0) {
      more = more.whenMemoryAvailable(Duration.ofMillis(1 + random.nextLong(4_000)));
    }
    if (random.nextInt(4) == 0) {
      more = more.alone();
    }
    if (random.nextInt(3) == 0) {
      more = more.withMoreMemory(1.5 + random.nextInt(3), totalBytes / (1 + random.nextInt(8)));
    }
    return more;
  }

  /** Returns how much an attempt holds beyond what its worker does. */
  long holds(long task, SplittableRandom random) {
    int roll = random.nextInt(8);
    int kind = roll < 6 ? (int) (task % NAMES) : roll - 6;
    int percent =
        switch (kind) {
          case 0 -> 1 + random.nextInt(5);
          case 1 -> 5 + random.nextInt(20);
          default -> 15 + random.nextInt(60);
        };
    return totalBytes / 100 * percent;
  }
}
