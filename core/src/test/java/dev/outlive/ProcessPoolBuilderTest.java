package dev.outlive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.monitor.OutputLine;
import dev.outlive.monitor.OutputMode;
import dev.outlive.monitor.OutputSink;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No worker is started here: every refusal comes before. */
final class ProcessPoolBuilderTest {
  private static final Duration TOO_LONG = Duration.ofDays(365).plusNanos(1);

  record Setting(String name, Consumer<ProcessPoolBuilder> set, String message) {
    @Override
    public String toString() {
      return name + ": " + message;
    }
  }

  private static Setting bad(String name, Consumer<ProcessPoolBuilder> set, String message) {
    return new Setting(name, set, message);
  }

  static Stream<Setting> outOfRange() {
    String nameRule = "name must be 1..64 letters, digits, '.', '_' or '-', name=";
    String leastAndMost = "workers must be 0 <= least <= most and most 1..1024, ";
    String limit = " must be over 0 and at most 365 days, ";
    return Stream.of(
        bad("history", b -> b.history(-1), "history must be 0..1000000, history=-1"),
        bad(
            "too much history",
            b -> b.history(1_000_001),
            "history must be 0..1000000, history=1000001"),
        bad("name", b -> b.name(""), nameRule),
        bad("name", b -> b.name("a b"), nameRule + "a b"),
        bad("name", b -> b.name("größe"), nameRule + "größe"),
        bad("name", b -> b.name("../up"), nameRule + "../up"),
        bad("name", b -> b.name("x".repeat(65)), nameRule + "x".repeat(65)),
        bad("workers", b -> b.workers(0), "workers must be 1..1024, workers=0"),
        bad("workers", b -> b.workers(-1), "workers must be 1..1024, workers=-1"),
        bad("workers", b -> b.workers(1025), "workers must be 1..1024, workers=1025"),
        bad("workers", b -> b.workers(-1, 2), leastAndMost + "least=-1, most=2"),
        bad("workers", b -> b.workers(0, 0), leastAndMost + "least=0, most=0"),
        bad("workers", b -> b.workers(3, 2), leastAndMost + "least=3, most=2"),
        bad("workers", b -> b.workers(1, 1025), leastAndMost + "least=1, most=1025"),
        bad(
            "idleTimeout",
            b -> b.idleTimeout(Duration.ZERO),
            "idleTimeout" + limit + "idleTimeout=PT0S"),
        bad("warmSpares", b -> b.warmSpares(-1), "warmSpares must be 0..1024, warmSpares=-1"),
        bad(
            "recycleAfter",
            b -> b.recycleAfter(0),
            "recycleAfter must be 1 or more, recycleAfter=0"),
        bad(
            "queueLimit",
            b -> b.queueLimit(0, Bytes.ofMebibytes(1)),
            "queueLimit must be 1 task and 1 B or more, tasks=0, encoded=1.0 MiB"),
        bad(
            "queueLimit",
            b -> b.queueLimit(1, new Bytes(0)),
            "queueLimit must be 1 task and 1 B or more, tasks=1, encoded=0 B"),
        bad(
            "queueTimeout",
            b -> b.queueTimeout(TOO_LONG),
            "queueTimeout" + limit + "queueTimeout=" + TOO_LONG),
        bad("timeout", b -> b.timeout(Duration.ZERO), "timeout" + limit + "timeout=PT0S"),
        bad(
            "timeout",
            b -> b.timeout(Duration.ofNanos(-1)),
            "timeout" + limit + "timeout=PT-0.000000001S"),
        bad("timeout", b -> b.timeout(TOO_LONG), "timeout" + limit + "timeout=" + TOO_LONG),
        bad(
            "timeout",
            b -> b.timeout(Duration.ofSeconds(Long.MAX_VALUE)),
            "timeout" + limit + "timeout=" + Duration.ofSeconds(Long.MAX_VALUE)),
        bad(
            "startTimeout",
            b -> b.startTimeout(Duration.ZERO),
            "startTimeout" + limit + "startTimeout=PT0S"),
        bad(
            "startTimeout",
            b -> b.startTimeout(TOO_LONG),
            "startTimeout" + limit + "startTimeout=" + TOO_LONG),
        bad(
            "grace",
            b -> b.grace(Duration.ofNanos(-1)),
            "grace must be 0..365 days, grace=PT-0.000000001S"),
        bad(
            "frozenAfter",
            b -> b.frozenAfter(Duration.ofMillis(999)),
            "frozenAfter must be 1 s..365 days, frozenAfter=PT0.999S"),
        bad(
            "frozenAfter",
            b -> b.frozenAfter(TOO_LONG),
            "frozenAfter must be 1 s..365 days, frozenAfter=" + TOO_LONG),
        bad(
            "drainAtExit",
            b -> b.drainAtExit(Duration.ofNanos(-1)),
            "drainAtExit must be 0..365 days, drainAtExit=PT-0.000000001S"),
        bad(
            "drainAtExit",
            b -> b.drainAtExit(TOO_LONG),
            "drainAtExit must be 0..365 days, drainAtExit=" + TOO_LONG),
        bad("grace", b -> b.grace(TOO_LONG), "grace must be 0..365 days, grace=" + TOO_LONG),
        bad(
            "restartLimit",
            b -> b.restartLimit(0, Duration.ofSeconds(1)),
            "restartLimit must be 1..1000 deaths, deaths=0"),
        bad(
            "restartLimit",
            b -> b.restartLimit(1001, Duration.ofSeconds(1)),
            "restartLimit must be 1..1000 deaths, deaths=1001"),
        bad(
            "restartLimit",
            b -> b.restartLimit(1, Duration.ZERO),
            "restartLimit's period must be over 0 and at most 24 h, period=PT0S"),
        bad(
            "restartLimit",
            b -> b.restartLimit(1, Duration.ofHours(25)),
            "restartLimit's period must be over 0 and at most 24 h, period=PT25H"),
        bad(
            "maxHeap",
            b -> b.maxHeap(Bytes.ofMebibytes(7)),
            "maxHeap must be 8.0 MiB or more, maxHeap=7.0 MiB"),
        bad(
            "memoryPerWorker",
            b -> b.memoryPerWorker(Bytes.ofMebibytes(63)),
            "memoryPerWorker must be 64.0 MiB or more, memoryPerWorker=63.0 MiB"),
        bad(
            "recycleAbove",
            b -> b.recycleAbove(new Bytes(0)),
            "recycleAbove must be 1 B or more, recycleAbove=0 B"),
        bad(
            "maxResultBytes",
            b -> b.maxResultBytes(new Bytes(0)),
            "maxResultBytes must be 1 B..1.9 GiB, maxResultBytes=0 B"),
        bad(
            "maxResultBytes",
            b -> b.maxResultBytes(Bytes.ofGibibytes(2)),
            "maxResultBytes must be 1 B..1.9 GiB, maxResultBytes=2.0 GiB"),
        bad(
            "allowResults",
            b -> b.allowResults(""),
            "allowResults takes class patterns such as \"com.acme.**\", pattern="),
        bad(
            "allowResults",
            b -> b.allowResults("ok.A", " "),
            "allowResults takes class patterns such as \"com.acme.**\", pattern= "),
        bad(
            "jvmArgs",
            b -> b.jvmArgs("-Dx=y", "Main"),
            "jvmArgs takes options, each beginning with '-', option=Main"),
        bad(
            "jvmArgs",
            b -> b.jvmArgs("-"),
            "jvmArgs takes options, each beginning with '-', option=-"),
        bad(
            "jvmArgs",
            b -> b.jvmArgs(""),
            "jvmArgs takes options, each beginning with '-', option="),
        bad("classPath", b -> b.classPath(), "classPath needs at least one entry, entries=[]"),
        bad(
            "environment",
            b -> b.environment("", "x"),
            "a variable's name must not be empty nor hold '=' or NUL, variable="),
        bad(
            "environment",
            b -> b.environment("A=B", "x"),
            "a variable's name must not be empty nor hold '=' or NUL, variable=A=B"),
        bad(
            "environment",
            b -> b.environment("A", "x\0"),
            "a variable's value must not hold NUL, variable=A"),
        bad(
            "workingDirectory",
            b -> b.workingDirectory(Path.of("/none/such")),
            "workingDirectory must be a directory, workingDirectory=/none/such"));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void a_value_out_of_range_is_refused_at_once_with_value_and_range(Setting setting) {
    ProcessPoolBuilder builder = ProcessPool.builder();
    String before = builder.toString();
    assertThatThrownBy(() -> setting.set().accept(builder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(setting.message());
    assertThat(builder).hasToString(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!com.acme.*", "maxdepth=3", "a.B;c.D", "com.*.acme", "a b", "a.***"})
  void a_pattern_that_would_do_nothing_is_refused(String pattern) {
    assertThatThrownBy(() -> ProcessPool.builder().allowResults(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "allowResults takes class patterns such as \"com.acme.**\", pattern=" + pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"com.acme.Invoice", "com.acme.A$B", "com.acme.*", "com.acme.**", "A*", "*"})
  void a_pattern_of_classes_is_accepted(String pattern) {
    assertThat(ProcessPool.builder().allowResults(pattern).allowedResults())
        .containsExactly(pattern);
  }

  /** What a caller without null checks hands in. */
  @SuppressWarnings({"NullAway", "DataFlowIssue", "TypeParameterUnusedInFormals"})
  private static <T> T none() {
    @Nullable T nothing = null;
    return nothing;
  }

  static Stream<Setting> nulls() {
    return Stream.of(
        bad("name", b -> b.name(none()), "name"),
        bad("onCrash", b -> b.onCrash(none()), "onCrash"),
        bad("onException", b -> b.onException(none()), "onException"),
        bad("onTimeout", b -> b.onTimeout(none()), "onTimeout"),
        bad("retry", b -> b.retry((RetryPolicy[]) none()), "retry"),
        bad("retry", b -> b.retry(RetryPolicy.onCrash(), none()), "retry"),
        bad("timeout", b -> b.timeout(none()), "timeout"),
        bad("startTimeout", b -> b.startTimeout(none()), "startTimeout"),
        bad("grace", b -> b.grace(none()), "grace"),
        bad("drainAtExit", b -> b.drainAtExit(none()), "drainAtExit"),
        bad("frozenAfter", b -> b.frozenAfter(none()), "frozenAfter"),
        bad("initializer", b -> b.initializer(none()), "initializer"),
        bad("restartLimit", b -> b.restartLimit(1, none()), "period"),
        bad("maxHeap", b -> b.maxHeap(none()), "maxHeap"),
        bad("memoryPerWorker", b -> b.memoryPerWorker(none()), "memoryPerWorker"),
        bad("recycleAbove", b -> b.recycleAbove(none()), "recycleAbove"),
        bad("memoryPolicy", b -> b.memoryPolicy(none()), "memoryPolicy"),
        bad("maxResultBytes", b -> b.maxResultBytes(none()), "maxResultBytes"),
        bad("allowResults", b -> b.allowResults((String[]) none()), "allowResults"),
        bad("allowResults", b -> b.allowResults("a.B", none()), "allowResults"),
        bad("javaHome", b -> b.javaHome(none()), "javaHome"),
        bad("jvmArgs", b -> b.jvmArgs("-ea", none()), "jvmArgs"),
        bad("classPath", b -> b.classPath(Path.of("x"), none()), "classPath"),
        bad("environment", b -> b.environment(none(), "x"), "environment variable"),
        bad("environment", b -> b.environment("A", none()), "environment value"),
        bad("workingDirectory", b -> b.workingDirectory(none()), "workingDirectory"),
        bad("listener", b -> b.listener(none()), "listener"));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void a_null_is_refused_by_the_name_of_its_setting(Setting setting) {
    assertThatThrownBy(() -> setting.set().accept(ProcessPool.builder()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(setting.message());
  }

  static Stream<Setting> contradictions() {
    Bytes heap = Bytes.ofMebibytes(64);
    return Stream.of(
        bad(
            "heap",
            b -> b.maxHeap(heap).jvmArgs("-ea", "-Xmx1g"),
            "maxHeap and jvmArgs both set the heap: maxHeap=64.0 MiB, jvmArgs=-Xmx1g"),
        bad(
            "heap",
            b -> b.jvmArgs("-XX:MaxHeapSize=1g").maxHeap(heap),
            "maxHeap and jvmArgs both set the heap: maxHeap=64.0 MiB, jvmArgs=-XX:MaxHeapSize=1g"),
        bad(
            "heap",
            b -> b.jvmArgs("-XX:MaxRAMPercentage=9").maxHeap(heap),
            "maxHeap and jvmArgs both set the heap: maxHeap=64.0 MiB,"
                + " jvmArgs=-XX:MaxRAMPercentage=9"),
        bad(
            "memory",
            b -> b.maxHeap(Bytes.ofMebibytes(256)).memoryPerWorker(Bytes.ofMebibytes(200)),
            "maxHeap 256.0 MiB does not fit into memoryPerWorker 200.0 MiB: beside a heap of 256.0"
                + " MiB a worker needs 52.0 MiB (its JVM, classes, code, stacks, buffers). Raise"
                + " memoryPerWorker to 308.0 MiB or more, or lower what is set by 108.0 MiB."),
        bad(
            "memory",
            b -> b.jvmArgs("-Xmx1g").memoryPerWorker(Bytes.ofMebibytes(200)),
            "jvmArgs -Xmx1g does not fit into memoryPerWorker 200.0 MiB: beside a heap of 1.0 GiB a"
                + " worker needs 58.0 MiB (its JVM, classes, code, stacks, buffers). Raise"
                + " memoryPerWorker to 1.1 GiB or more, or lower what is set by 882.0 MiB."),
        bad(
            "class path",
            b -> b.jvmArgs("--class-path=x"),
            "jvmArgs must not set the class path, use classPath(...), jvmArgs=[--class-path=x]"),
        bad(
            "class path",
            b -> b.jvmArgs("-cp"),
            "jvmArgs must not set the class path, use classPath(...), jvmArgs=[-cp]"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void a_contradiction_is_refused_when_built_and_names_both(Setting setting) {
    ProcessPoolBuilder builder = ProcessPool.builder();
    setting.set().accept(builder);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(setting.message());
  }

  @Test
  void the_ends_of_every_range_are_accepted() {
    Duration longest = Duration.ofDays(365);
    ProcessPoolBuilder builder =
        ProcessPool.builder()
            .name("x".repeat(64))
            .name("A-z_0.9")
            .workers(1)
            .workers(1024)
            .timeout(Duration.ofNanos(1))
            .timeout(longest)
            .startTimeout(longest)
            .grace(Duration.ZERO)
            .grace(longest)
            .drainAtExit(Duration.ZERO)
            .drainAtExit(longest)
            .frozenAfter(Duration.ofSeconds(1))
            .frozenAfter(longest)
            .restartLimit(1, Duration.ofNanos(1))
            .restartLimit(1000, Duration.ofDays(1))
            .maxHeap(Bytes.ofMebibytes(8))
            .maxResultBytes(new Bytes(1))
            .onCrash(FailurePolicy.SKIP)
            .onException(FailurePolicy.ABORT)
            .retry()
            .environment("A", "")
            .workingDirectory(Path.of("."));
    assertThat(builder.toString())
        .contains("name=A-z_0.9", "workers=1024", "grace=PT8760H", "maxHeap=8.0 MiB");
  }

  @Test
  void the_defaults_are_those_of_the_manual() {
    ProcessPoolBuilder builder = ProcessPool.builder();
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(builder.workers()).isEqualTo(Math.min(1024, processors));
    assertThat(builder.grace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(builder.submitStacks()).isTrue();
    assertThat(builder.taskRules().limitNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(builder.taskRules().onCrash()).isEqualTo(FailurePolicy.FAIL);
    assertThat(builder.toString())
        .contains("startTimeout=PT30S", "RestartLimit[deaths=10, period=PT10S]", "timeout=null")
        .contains("output=CAPTURE");
  }

  @Test
  void of_two_words_about_the_output_the_last_one_counts() {
    OutputSink sink =
        new OutputSink() {
          @Override
          public void line(OutputLine line) {}

          @Override
          public String toString() {
            return "a sink";
          }
        };
    ProcessPoolBuilder builder = ProcessPool.builder().output(OutputMode.DISCARD).output(sink);
    assertThat(builder.toString()).contains("output=a sink");
    assertThat(builder.output(OutputMode.FORWARD).toString()).contains("output=FORWARD");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void no_output_at_all_is_refused() {
    ProcessPoolBuilder builder = ProcessPool.builder().output(OutputMode.FORWARD);
    assertThatThrownBy(() -> builder.output((OutputMode) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("output mode");
    assertThatThrownBy(() -> builder.output((OutputSink) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("output sink");
    assertThat(builder.toString()).contains("output=FORWARD");
  }

  @Test
  void what_is_handed_in_as_an_array_is_copied() {
    RetryPolicy[] policies = {RetryPolicy.onCrash()};
    String[] args = {"-ea"};
    ProcessPoolBuilder builder = ProcessPool.builder().retry(policies).jvmArgs(args);
    policies[0] = RetryPolicy.onException();
    args[0] = "changed";
    assertThat(builder.taskRules().retry().getFirst().toString()).contains("SIGKILL");
    assertThat(builder.toString()).contains("jvmArgs=[-ea]");
  }

  @Test
  void a_variable_of_our_own_is_not_the_user_s_to_set() {
    assertThatThrownBy(() -> ProcessPool.builder().environment("OUTLIVE_NESTING", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("OUTLIVE_NESTING")
        .hasMessageContaining("nesting(");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 17})
  void nesting_out_of_range_is_refused_with_its_value(int pools) {
    assertThatThrownBy(() -> ProcessPool.builder().nesting(pools))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nesting must be 1..16, nesting=" + pools);
  }
}
