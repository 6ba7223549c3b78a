package dev.outlive.cli;

import dev.outlive.cli.Check.Group;
import dev.outlive.cli.Check.State;
import dev.outlive.cli.DoctorFacts.Count;
import dev.outlive.cli.DoctorFacts.Folder;
import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine.Fact;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.task.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What the doctor says of its findings: each with what follows from it and, where Outlive could do
 * more, what to do about it. Looks at nothing itself. Long with all its sentences, which belong
 * together.
 */
final class DoctorWords {
  private static final int NEEDED_JDK = 25;
  private static final long SMALL_FOLDER = 64L << 20;

  /** What docker gives to {@code /dev/shm} if nobody says how much. */
  private static final long DOCKERS_SHARED_MEMORY = 64L << 20;

  /** Of an idle worker, and of the pool for it; counted in /proc. */
  private static final int THREADS_PER_WORKER = 24;

  /** Of the pool for each worker; counted in /proc. */
  private static final int DESCRIPTORS_PER_WORKER = 8;

  /** Of a pool and the JVM around it. */
  private static final int OWN_THREADS = 64;

  private static final int OWN_DESCRIPTORS = 64;

  private final DoctorFacts facts;
  private final List<Check> checks = new ArrayList<>();

  private DoctorWords(DoctorFacts facts) {
    this.facts = facts;
  }

  /** Returns what there is to say, in the order of the report. */
  static List<Check> of(DoctorFacts facts) {
    DoctorWords words = new DoctorWords(facts);
    words.needed();
    words.deaths();
    if (facts.platform().linux()) {
      words.memory();
      words.controlGroups();
      words.killer();
    }
    words.room();
    return List.copyOf(words.checks);
  }

  private void add(State state, Group group, String name, String found, String so, String cure) {
    checks.add(new Check(state, group, name, found, so, cure));
  }

  private void add(boolean good, Group group, String name, String found, String so, String cure) {
    add(good ? State.OK : State.NOTE, group, name, found, so, good ? "" : cure);
  }

  // ---- what is needed

  private void needed() {
    DoctorFacts.Java java = facts.java();
    String found = java.version() + " in " + java.home();
    if (!java.launcher() || java.feature() < NEEDED_JDK) {
      add(
          State.MISSING,
          Group.NEEDED,
          "JDK",
          java.launcher() ? found : found + ", without bin/java",
          "no worker can be started",
          "Install a JDK 25 or later (https://adoptium.net), or set JAVA_HOME to one.");
    } else {
      add(
          java.compiler(),
          Group.NEEDED,
          "JDK",
          java.compiler() ? found : found + ", without a compiler",
          java.compiler()
              ? "workers run on it, unless javaHome names another"
              : "workers run on it, and map takes --java but not --source",
          "Install a JDK instead of a JRE.");
    }
    Folder temporary = facts.temporary();
    if (temporary.problem().isEmpty()) {
      add(
          temporary.freeBytes() >= SMALL_FOLDER,
          Group.NEEDED,
          "temporary files",
          temporary.path() + ", " + new Bytes(temporary.freeBytes()) + " free",
          "the pages, files and crash reports of workers have a place",
          "Make room: a crash report takes some 100 KiB, and what tasks write goes there too.");
    } else {
      add(
          State.MISSING,
          Group.NEEDED,
          "temporary files",
          temporary.path() + ": " + temporary.problem(),
          "no pool can be built",
          "Make it writable, or take another: JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIR.");
    }
  }

  // ---- deaths

  private void deaths() {
    add(
        facts.platform().linux(),
        Group.DEATHS,
        "system",
        facts.platform().name(),
        facts.platform().linux()
            ? "all of Outlive can work"
            : "memory is not watched, and much about a death is not told",
        "What is missing, and on which system: docs/architecture.md#platforms.");
    if (!facts.platform().linux()) {
      return;
    }
    kernel();
    programs();
  }

  private void kernel() {
    Fact access = facts.kernel().nativeAccess();
    add(
        access.holds(),
        Group.DEATHS,
        "native access",
        access.holds() ? "granted to this command" : "not granted",
        access.holds()
            ? "the kernel is asked how a worker ended; your own programs need"
                + " --enable-native-access=ALL-UNNAMED for that"
            : "the kernel is not asked how a worker ended",
        "Start Java with --enable-native-access=ALL-UNNAMED.");
    Fact status = facts.kernel().exitStatus();
    add(
        status.holds(),
        Group.DEATHS,
        "exit or signal",
        found(status, "told by the kernel (pidfd)"),
        status.holds()
            ? "a verdict on an exit value is PROVEN"
            : "exit(137) looks like SIGKILL: a verdict on an exit value over 128 is only LIKELY",
        access.holds() ? "Linux 6.15 or later tells." : "Grant native access.");
    Fact robust = facts.kernel().robustMutexes();
    add(
        robust.holds(),
        Group.DEATHS,
        "robust mutexes",
        found(robust, "there"),
        robust.holds()
            ? "a SharedLock is free about 1 ms after its holder's death"
            : "a SharedLock is a lock on a file: slower, and free some milliseconds after a death",
        access.holds() ? "Take a C library that has them." : "Grant native access.");
  }

  private static String found(Fact fact, String holds) {
    return fact.holds() ? holds : "no: " + fact.reason();
  }

  private void programs() {
    DoctorFacts.Programs programs = facts.programs();
    boolean both = programs.sh().isPresent() && programs.setsid().isPresent();
    String so;
    if (both) {
      so =
          "each worker has a private link and a session of its own: one kill reaches all that its"
              + " tasks started";
    } else if (programs.sh().isPresent()) {
      so = "Ctrl-C reaches workers too, and what their tasks started is not killed with them";
    } else {
      so = "links are not private, and nobody kills what a program that is killed leaves behind";
    }
    add(
        both,
        Group.DEATHS,
        "sh, setsid",
        programs.sh().orElse("no sh") + ", " + programs.setsid().orElse("no setsid"),
        so,
        "Install a shell, and setsid (util-linux).");
  }

  // ---- memory

  private void memory() {
    OptionalLong held = facts.kernel().heldBytes();
    add(
        held.isPresent(),
        Group.MEMORY,
        "resident memory",
        held.isPresent()
            ? "readable: this process holds " + new Bytes(held.getAsLong())
            : "not readable",
        held.isPresent()
            ? "memoryPerWorker is enforced while a task runs (MEMORY_LIMIT, PROVEN)"
            : "memoryPerWorker and recycleAbove have no effect",
        "Mount /proc, and let a user see its own processes there.");
    free();
    limits();
    Fact pressure = facts.memory().pressure();
    add(
        pressure.holds(),
        Group.MEMORY,
        "pressure (PSI)",
        found(pressure, stalled()),
        pressure.holds()
            ? "memory counts as short too when everything waits for it"
            : "memory counts as short only by how much is free",
        "A kernel with CONFIG_PSI, started with psi=1, tells it.");
  }

  private String stalled() {
    double percent = facts.memory().tightest().map(HostMemory.Room::stalledPercent).orElse(0.0);
    return String.format(
        Locale.ROOT, "told: all waited for %.1f %% of the last ten seconds", percent);
  }

  private void free() {
    if (facts.memory().tightest().isEmpty()) {
      add(
          State.NOTE,
          Group.MEMORY,
          "free memory",
          "not readable",
          "nothing is held back, and retries do not wait for memory",
          "Mount /proc.");
      return;
    }
    HostMemory.Room room = facts.memory().tightest().get();
    MemoryPolicy usual = MemoryPolicy.USUAL;
    add(
        State.OK,
        Group.MEMORY,
        "free memory",
        new Bytes(room.freeBytes())
            + " of "
            + new Bytes(room.totalBytes())
            + " ("
            + room.place()
            + ")",
        "below "
            + new Bytes(usual.holdBelow(room.totalBytes(), room.groupKill()))
            + " nothing starts beside others, below "
            + new Bytes(usual.preemptBelow(room.totalBytes(), room.groupKill()))
            + " the newest task is taken back",
        "");
  }

  private void limits() {
    List<DoctorFacts.Limit> limits = facts.memory().limits();
    String found =
        limits.stream()
            .map(
                limit ->
                    new Bytes(limit.limitBytes())
                        + ", "
                        + new Bytes(limit.usedBytes())
                        + " used ("
                        + limit.path()
                        + ")")
            .collect(Collectors.joining("; "));
    add(
        State.OK,
        Group.MEMORY,
        "limits around",
        limits.isEmpty() ? "none" : found,
        limits.isEmpty()
            ? "only the machine's memory limits this program and its workers"
            : "this program and all workers share that: leave room for the program itself",
        "");
  }

  private void controlGroups() {
    DoctorFacts.Groups groups = facts.groups();
    boolean made = groups.problem().isEmpty();
    String here =
        groups.version() == 0
            ? "none that counts memory can be seen"
            : "version " + groups.version() + ", this program is in " + groups.own();
    add(
        made,
        Group.MEMORY,
        "control groups",
        here + (made ? "; workers can have their own" : ""),
        made
            ? "isolateMemory(true) has the kernel enforce memoryPerWorker, and KERNEL_OOM is PROVEN"
            : "isolateMemory has no effect, and KERNEL_OOM is only LIKELY",
        groups.problem());
    boolean all = groups.counted() && groups.uncounted().isEmpty();
    add(
        all,
        Group.MEMORY,
        "kill counts",
        all
            ? "readable: of this group, of those around it, of the machine"
            : String.join(" ", groups.uncounted()),
        groups.counted()
            ? "an out-of-memory kill is told from any other SIGKILL"
            : "an out-of-memory kill is LIKELY at most, or looks like any other SIGKILL",
        "Mount /proc and /sys/fs/cgroup; else look into dmesg or the container's events.");
  }

  private void killer() {
    boolean all = facts.groups().killsAsOne();
    add(
        !all,
        Group.MEMORY,
        "memory.oom.group",
        all ? "on" : "off",
        all
            ? "at the limit the kernel kills the whole container, this program with it"
            : "at the limit the kernel kills one process",
        "Set memoryPerWorker, so that it does not come to that; Kubernetes 1.32 or later has"
            + " singleProcessOOMKill (docs/memory.md#containers).");
    DoctorFacts.Killer killer = facts.killer();
    String own =
        killer.adjustment().isPresent()
            ? Integer.toString(killer.adjustment().getAsInt())
            : "not known";
    add(
        killer.childrenFirst(),
        Group.MEMORY,
        "oom_score_adj",
        own + ", that of workers " + (killer.childrenFirst() ? "1000" : "cannot be raised"),
        killer.childrenFirst()
            ? "the kernel takes workers before this program"
            : "the kernel may take this program before its workers",
        "Mount /proc writable.");
  }

  // ---- room

  private void room() {
    DoctorFacts.Room room = facts.room();
    String number = room.processors() == 1 ? "1 worker" : room.processors() + " workers";
    add(
        State.OK,
        Group.ROOM,
        "processors",
        room.processors() + " for this JVM",
        "a pool has " + number + " by default",
        "");
    if (facts.platform().linux()) {
      count(
          "processes",
          room.processes(),
          OWN_THREADS,
          THREADS_PER_WORKER,
          "Raise ulimit -u, or the container's limit on processes.");
      count(
          "open files",
          descriptors(room),
          OWN_DESCRIPTORS,
          DESCRIPTORS_PER_WORKER,
          "Raise ulimit -n.");
    }
    if (room.sharedMemory().isPresent()) {
      Folder shared = room.sharedMemory().get();
      add(
          shared.totalBytes() > DOCKERS_SHARED_MEMORY,
          Group.ROOM,
          shared.path().toString(),
          shared.problem().isEmpty()
              ? new Bytes(shared.freeBytes()) + " of " + new Bytes(shared.totalBytes()) + " free"
              : shared.problem(),
          "that is the room for what tasks put there, and for shared memory that workers make",
          "docker run --shm-size=SIZE; in Kubernetes an emptyDir of medium Memory.");
    }
  }

  private static Optional<Count> descriptors(DoctorFacts.Room room) {
    return room.descriptors().isPresent()
        ? Optional.of(new Count(room.descriptors().getAsLong(), "ulimit -n"))
        : Optional.empty();
  }

  private void count(String name, Optional<Count> limit, int own, int perWorker, String cure) {
    if (limit.isEmpty()) {
      add(State.OK, Group.ROOM, name, "no limit", "the memory decides how many workers fit", "");
      return;
    }
    Count count = limit.get();
    long workers = Math.max(0, (count.most() - own) / perWorker);
    add(
        workers >= 2L * facts.room().processors(),
        Group.ROOM,
        name,
        count.most() + " (" + count.setBy() + ")",
        "there is room for some "
            + (workers == 1 ? "1 worker" : workers + " workers")
            + ", at "
            + perWorker
            + " each",
        cure);
  }
}
