package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.cli.Check.State;
import dev.outlive.cli.DoctorFacts.Count;
import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine.Fact;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** From facts to words; what the facts are here is in {@link Facts}. */
class DoctorWordsTest {
  private static final Fact NO = new Fact(false, "the kernel is too old");

  private final Facts facts = new Facts();

  private Check about(String name) {
    return DoctorWords.of(facts.all()).stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + name));
  }

  private List<Check> missing() {
    return DoctorWords.of(facts.all()).stream()
        .filter(check -> check.state() == State.MISSING)
        .toList();
  }

  @Test
  void whereAllIsThereNothingIsToBeDone() {
    assertThat(DoctorWords.of(facts.all()))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            check -> {
              assertThat(check.state()).as(check.name()).isEqualTo(State.OK);
              assertThat(check.cure()).as(check.name()).isEmpty();
              assertThat(check.found()).as(check.name()).isNotEmpty();
              assertThat(check.so()).as(check.name()).isNotEmpty();
            })
        .extracting(Check::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void whateverIsNotAsItCouldBeHasACure() {
    facts.javaFeature = 17;
    facts.temporaryProblem = "read-only file system";
    facts.nativeAccess = NO;
    facts.exitStatus = NO;
    facts.robustMutexes = NO;
    facts.setsid = Optional.empty();
    facts.held = OptionalLong.empty();
    facts.tightest = Optional.empty();
    facts.pressure = NO;
    facts.groupProblem = "The control group /x is not writable. Run it as root.";
    facts.counted = false;
    facts.uncounted = List.of("No memory cgroup of process self can be seen from here.");
    facts.killsAsOne = true;
    facts.childrenFirst = false;
    facts.processes = Optional.of(new Count(70, "ulimit -u"));
    facts.descriptors = OptionalLong.of(70);
    facts.sharedBytes = 64L << 20;
    assertThat(DoctorWords.of(facts.all()))
        .filteredOn(check -> check.state() != State.OK)
        .hasSizeGreaterThan(14)
        .allSatisfy(check -> assertThat(check.cure()).as(check.name()).endsWith("."));
  }

  @Test
  void onlyAJdkAndATemporaryDirectoryAreNeeded() {
    facts.javaLauncher = false;
    facts.temporaryProblem = "java.nio.file.AccessDeniedException: /tmp";
    assertThat(missing()).extracting(Check::name).containsExactly("JDK", "temporary files");
    assertThat(about("temporary files").found()).contains("/tmp: java.nio.file.AccessDenied");
    assertThat(about("JDK").found()).endsWith("without bin/java");
  }

  @Test
  void anOldJdkIsNoneAndAJreIsEnough() {
    facts.javaFeature = 24;
    assertThat(about("JDK").state()).isEqualTo(State.MISSING);
    facts.javaFeature = 26;
    facts.compiler = false;
    assertThat(about("JDK").state()).isEqualTo(State.NOTE);
    assertThat(about("JDK").so()).contains("--java but not --source");
  }

  @Test
  void offLinuxItIsSaidThatLessIsToldAndNothingIsSaidOfTheRest() {
    facts.linux = false;
    facts.platform = "Mac OS X 15.1, aarch64";
    facts.shared = false;
    assertThat(missing()).isEmpty();
    assertThat(DoctorWords.of(facts.all()))
        .extracting(Check::name)
        .containsExactly("JDK", "temporary files", "system", "processors");
    assertThat(about("system").cure()).contains("docs/architecture.md#platforms");
  }

  @Test
  void howSureAVerdictOnAnExitValueIsFollowsFromTheKernel() {
    assertThat(about("exit or signal").so()).contains("PROVEN");
    facts.exitStatus = NO;
    assertThat(about("exit or signal").found()).isEqualTo("no: the kernel is too old");
    assertThat(about("exit or signal").so()).contains("only LIKELY");
    assertThat(about("exit or signal").cure()).contains("6.15");
    facts.nativeAccess = NO;
    assertThat(about("exit or signal").cure()).isEqualTo("Grant native access.");
  }

  @Test
  void howSureAnOutOfMemoryKillIsFollowsFromTheControlGroups() {
    assertThat(about("control groups").so()).contains("KERNEL_OOM is PROVEN");
    facts.groupProblem = "The control group /sys/fs/cgroup is not writable. Run it as root.";
    assertThat(about("control groups").found()).isEqualTo("version 2, this program is in /pod");
    assertThat(about("control groups").so()).contains("only LIKELY");
    assertThat(about("control groups").cure()).isEqualTo(facts.groupProblem);
    facts.groupVersion = 0;
    assertThat(about("control groups").found()).startsWith("none that counts memory");
  }

  @Test
  void countsThatCannotBeReadAreNamed() {
    assertThat(about("kill counts").found()).startsWith("readable: ");
    facts.uncounted = List.of("The machine's count of OOM kills is not readable: no oom_kill.");
    assertThat(about("kill counts").found()).isEqualTo(facts.uncounted.getFirst());
    assertThat(about("kill counts").so()).contains("is told from any other SIGKILL");
    facts.counted = false;
    assertThat(about("kill counts").so()).contains("LIKELY at most");
  }

  @Test
  void theThresholdsOfTheHostGuardAreThoseOfTheTightestPlace() {
    assertThat(about("free memory").found()).isEqualTo("1.0 GiB of 2.0 GiB (control group /pod)");
    assertThat(about("free memory").so()).contains("below 102.4 MiB nothing", "below 51.2 MiB the");
    facts.killsAsOne = true;
    facts.tightest =
        Optional.of(new HostMemory.Room(1 << 20, 2L << 30, "control group /pod", 0, true));
    assertThat(about("free memory").so()).contains("below 204.8 MiB", "below 102.4 MiB");
    assertThat(about("memory.oom.group").so()).contains("the whole container, this program");
  }

  @Test
  void theLimitsAroundAreNamed() {
    assertThat(about("limits around").found()).isEqualTo("2.0 GiB, 1.0 GiB used (/pod)");
    facts.limits = List.of();
    assertThat(about("limits around").found()).isEqualTo("none");
  }

  @Test
  void fewProcessesOrDescriptorsAreTold() {
    facts.processes = Optional.of(new Count(100, "/sys/fs/cgroup/pids.max"));
    assertThat(about("processes").state()).isEqualTo(State.NOTE);
    assertThat(about("processes").found()).isEqualTo("100 (/sys/fs/cgroup/pids.max)");
    assertThat(about("processes").so()).contains("some 1 worker,");
    facts.processes = Optional.empty();
    assertThat(about("processes").found()).isEqualTo("no limit");
  }

  @Test
  void whoIsKilledFirstIsTold() {
    facts.adjustment = OptionalInt.of(-997);
    assertThat(about("oom_score_adj").found()).isEqualTo("-997, that of workers 1000");
    facts.childrenFirst = false;
    assertThat(about("oom_score_adj").so()).contains("may take this program before");
  }
}
