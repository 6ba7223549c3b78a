package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RestartLimit;
import dev.outlive.policy.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The plan of one history: the settings, the tasks, and what each attempt at an item does. */
final class Script {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  /** Longer than anything in a history may last. */
  static final long ENDLESS = 600 * SECOND;

  /** A task that will be handed in. */
  record Plan(long task, long at, int items, int chunk, TaskRules rules) {
    String name() {
      return MemoryPlan.name(task);
    }
  }

  /** What an attempt comes to, if it is left alone. */
  enum Act {
    RETURN,
    THROW,
    CRASH,
    /** It never ends by itself: in its code, or half-way through its result. */
    HANG
  }

  /** When an attempt crashes or hangs. */
  enum Moment {
    DECODING,
    RUNNING,
    PUBLISHING
  }

  /**
   * One attempt.
   *
   * @param cause of its exception or crash
   * @param racing whether it ends so near its limit that only the page can tell which came first
   * @param heeds whether it ends when it is interrupted
   * @param holds how much memory
   */
  record Attempt(
      Act act,
      Moment moment,
      Cause cause,
      List<String> types,
      long decode,
      long run,
      long publish,
      boolean racing,
      boolean heeds,
      long holds) {
    Attempt holding(long bytes) {
      return new Attempt(act, moment, cause, types, decode, run, publish, racing, heeds, bytes);
    }
  }

  private static final List<Cause> CRASHES =
      List.of(
          Cause.EXIT,
          Cause.SIGKILL,
          Cause.SIGNAL,
          Cause.NATIVE_CRASH,
          Cause.NATIVE_ABORT,
          Cause.HEAP_OOM,
          Cause.UNKNOWN);
  private static final List<Cause> FOR_MEMORY =
      List.of(Cause.KERNEL_OOM, Cause.MEMORY_LIMIT, Cause.HEAP_OOM, Cause.DIRECT_MEMORY_OOM);
  private static final List<Class<? extends Throwable>> THROWN =
      List.of(IllegalStateException.class, IOException.class, StackOverflowError.class);

  private final Regime regime;
  private final long seed;
  private final MemoryPlan memory;
  private final PoolRules rules;
  private final boolean ranked;
  private final List<Plan> plans = new ArrayList<>();

  Script(Regime regime, long seed, SplittableRandom random) {
    this.regime = regime;
    this.seed = seed;
    this.memory = new MemoryPlan(random.split());
    this.rules = rules(random);
    int tasks = 1 + random.nextInt(8);
    long at = 0;
    this.ranked = random.nextInt(3) == 0;
    for (int task = 1; task <= tasks; task++) {
      at += random.nextInt(3) == 0 ? 0 : random.nextLong(600 * MILLI);
      plans.add(plan(task, at, random));
    }
  }

  PoolRules rules() {
    return rules;
  }

  MemoryPlan memory() {
    return memory;
  }

  List<Plan> plans() {
    return plans;
  }

  private PoolRules rules(SplittableRandom random) {
    boolean breaks = regime.cancels() && random.nextInt(3) > 0;
    boolean expires = regime.cancels() && random.nextInt(4) == 0;
    int deaths = breaks ? 1 + random.nextInt(6) : 1000;
    return new PoolRules(
        crew(random),
        random.nextLong(300 * MILLI, 2 * SECOND),
        random.nextLong(200 * MILLI, 3 * SECOND),
        random.nextLong(800 * MILLI, 4 * SECOND),
        expires ? random.nextLong(200 * MILLI, 3 * SECOND) : Long.MAX_VALUE,
        memory.rules,
        new RestartLimit(deaths, Duration.ofMillis(random.nextLong(100, 20_000))),
        seed);
  }

  private static Crew crew(SplittableRandom random) {
    int most = 1 + random.nextInt(4);
    if (random.nextBoolean()) {
      return Crew.of(most);
    }
    return new Crew(
        random.nextInt(most + 1),
        most,
        random.nextInt(3),
        random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(12),
        random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(20 * MILLI, 3 * SECOND));
  }

  private Plan plan(long task, long at, SplittableRandom random) {
    int items = random.nextInt(5) < 2 ? 1 : random.nextInt(2, 16);
    int chunk = random.nextBoolean() ? 1 : 1 + random.nextInt(6);
    long limit = random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(200 * MILLI, 2 * SECOND);
    List<RetryPolicy> retry = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      retry.add(retryPolicy(random));
    }
    return new Plan(
        task,
        at,
        items,
        chunk,
        new TaskRules(
            limit,
            retry,
            failurePolicy(items, random),
            failurePolicy(items, random),
            failurePolicy(items, random),
            ranked ? random.nextInt(-1, 2) : 0));
  }

  private FailurePolicy failurePolicy(int items, SplittableRandom random) {
    int roll = random.nextInt(100);
    if (regime == Regime.UNCANCELLED) {
      return items == 1 && roll < 50 ? FailurePolicy.FAIL : FailurePolicy.SKIP;
    }
    return roll < 4 ? FailurePolicy.ABORT : roll < 34 ? FailurePolicy.FAIL : FailurePolicy.SKIP;
  }

  private RetryPolicy retryPolicy(SplittableRandom random) {
    RetryPolicy policy =
        switch (random.nextInt(memory.matters ? 11 : 9)) {
          case 9, 10 -> RetryPolicy.onMemory();
          case 0, 1 -> RetryPolicy.onCrash();
          case 2 -> RetryPolicy.onException();
          case 3 -> RetryPolicy.onException(IOException.class);
          case 4 -> RetryPolicy.onException(RuntimeException.class, VirtualMachineError.class);
          case 5 -> RetryPolicy.on(Cause.SIGKILL, Cause.EXIT, Cause.PROTOCOL);
          case 6 -> RetryPolicy.on(Cause.TIMEOUT);
          case 7 -> RetryPolicy.on(Cause.TIMEOUT, Cause.EXCEPTION, Cause.NATIVE_CRASH);
          default -> RetryPolicy.on(Cause.UNDECODABLE, Cause.HEAP_OOM, Cause.UNRESPONSIVE);
        };
    policy = policy.attempts(1 + random.nextInt(4));
    if (random.nextInt(3) == 0) {
      long first = random.nextLong(1, 300);
      policy = policy.backoff(Duration.ofMillis(first), Duration.ofMillis(first * 3));
    }
    return memory.withWords(policy, random);
  }

  /**
   * Returns what an attempt does: always the same, so that a blameless one is repeated as it is.
   */
  Attempt attempt(long task, int item, int attempt) {
    long key = ((seed * 31 + task) * 1009 + item) * 127 + attempt;
    SplittableRandom random = new SplittableRandom(key * 0x9E3779B97F4A7C15L);
    long holds = memory.holds(task, random.split());
    return attempt(task, random).holding(holds);
  }

  private Attempt attempt(long task, SplittableRandom random) {
    TaskRules its = plans.get((int) task - 1).rules();
    int roll = random.nextInt(100);
    if (!regime.deaths()) {
      return roll < 75
          ? returns(random, 40 * MILLI)
          : roll < 85 ? returnsSlowly(its, random) : throwsUp(random);
    }
    if (roll < 58) {
      return returns(random, 40 * MILLI);
    } else if (roll < 66) {
      return returnsSlowly(its, random);
    } else if (roll < 78) {
      return throwsUp(random);
    } else if (roll < 91 || !its.limited()) {
      return crashes(random);
    }
    return roll < 96 ? hangs(random) : races(its, random);
  }

  private static Attempt returns(SplittableRandom random, long longest) {
    return new Attempt(
        Act.RETURN,
        Moment.RUNNING,
        Cause.EXCEPTION,
        List.of(),
        random.nextLong(3 * MILLI),
        random.nextLong(longest),
        random.nextLong(5 * MILLI),
        false,
        random.nextBoolean(),
        0);
  }

  private static Attempt returnsSlowly(TaskRules its, SplittableRandom random) {
    return returns(random, its.limited() ? its.limitNanos() - 10 * MILLI : 4 * SECOND);
  }

  private static Attempt throwsUp(SplittableRandom random) {
    Attempt plain = returns(random, 40 * MILLI);
    Cause cause = random.nextInt(4) == 0 ? Cause.UNDECODABLE : Cause.EXCEPTION;
    List<String> types = new ArrayList<>();
    if (cause == Cause.EXCEPTION) {
      Class<?> type = THROWN.get(random.nextInt(THROWN.size()));
      for (; type != Object.class; type = type.getSuperclass()) {
        types.add(type.getName());
      }
    }
    return new Attempt(
        Act.THROW,
        Moment.RUNNING,
        cause,
        List.copyOf(types),
        plain.decode(),
        plain.run(),
        plain.publish(),
        false,
        plain.heeds(),
        0);
  }

  private Attempt crashes(SplittableRandom random) {
    Attempt plain = returns(random, 40 * MILLI);
    Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
    List<Cause> causes = memory.matters && random.nextBoolean() ? FOR_MEMORY : CRASHES;
    Cause cause = causes.get(random.nextInt(causes.size()));
    return with(plain, Act.CRASH, moment, cause, plain.run(), plain.publish(), false);
  }

  private static Attempt hangs(SplittableRandom random) {
    Attempt plain = returns(random, 40 * MILLI);
    boolean running = random.nextInt(3) > 0;
    return with(
        plain,
        Act.HANG,
        running ? Moment.RUNNING : Moment.PUBLISHING,
        Cause.TIMEOUT,
        running ? ENDLESS : plain.run(),
        running ? plain.publish() : ENDLESS,
        false);
  }

  /** It ends around the moment at which its limit, or the grace after it, is over. */
  private Attempt races(TaskRules its, SplittableRandom random) {
    Attempt plain = returns(random, 40 * MILLI);
    boolean running = random.nextBoolean();
    long limit = its.limitNanos();
    return with(
        plain,
        Act.RETURN,
        Moment.RUNNING,
        Cause.TIMEOUT,
        running ? limit - 20 * MILLI + random.nextLong(100 * MILLI) : plain.run(),
        running ? plain.publish() : limit + random.nextLong(2 * rules.graceNanos()),
        true);
  }

  private static Attempt with(
      Attempt plain, Act act, Moment moment, Cause cause, long run, long publish, boolean racing) {
    return new Attempt(
        act, moment, cause, List.of(), plain.decode(), run, publish, racing, plain.heeds(), 0);
  }
}
