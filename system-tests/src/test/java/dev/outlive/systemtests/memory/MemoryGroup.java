package dev.outlive.systemtests.memory;

import dev.outlive.systemtests.Cgroup;
import java.io.IOException;

/** A memory control group with a limit; a test that needs one is aborted where none can be. */
final class MemoryGroup implements AutoCloseable {
  static final long MEBI = 1 << 20;

  private final Cgroup group;
  private final long limitBytes;

  private MemoryGroup(Cgroup group, long limitBytes) {
    this.group = group;
    this.limitBytes = limitBytes;
  }

  static MemoryGroup of(int mebibytes) throws IOException {
    Cgroup group = Cgroup.create("memory");
    group.set("memory.limit_in_bytes", Long.toString(mebibytes * MEBI));
    return new MemoryGroup(group, mebibytes * MEBI);
  }

  /** Returns the group that this process is in, which somebody else closes. */
  static MemoryGroup ofThisProcess() throws IOException {
    Cgroup group = Cgroup.around(ProcessHandle.current().pid(), "memory");
    return new MemoryGroup(group, Long.parseLong(group.read("memory.limit_in_bytes").strip()));
  }

  /** A line of sh that moves the shell, and what it becomes, into the group. */
  String join() {
    return group.join();
  }

  /** The same; and the kernel takes it before anybody else in the group. */
  String joinAsVictim() {
    return group.join() + "; echo 1000 > /proc/$$/oom_score_adj";
  }

  /** Its path, as diagnoses and events name it. */
  String path() {
    return group.path();
  }

  long limitBytes() {
    return limitBytes;
  }

  /** How much more would fit in: what files take the kernel gives back when it is asked for. */
  long freeBytes() throws IOException {
    long used = Long.parseLong(group.read("memory.usage_in_bytes").strip());
    return limitBytes - used + counter("memory.stat", "total_inactive_file");
  }

  /** How many processes in it the kernel has killed for want of memory. */
  long kills() throws IOException {
    return counter("memory.oom_control", "oom_kill");
  }

  private long counter(String file, String word) throws IOException {
    return group
        .read(file)
        .lines()
        .filter(line -> line.startsWith(word + " "))
        .mapToLong(line -> Long.parseLong(line.substring(word.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Moves all that is in it to the group around it, and removes it. */
  void dissolve() throws IOException {
    group.dissolve();
  }

  /** Removes it, once its last process is gone. */
  @Override
  public void close() {
    group.close();
  }
}
