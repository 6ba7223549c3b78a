package dev.outlive.internal.local;

import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine;
import java.util.List;

/**
 * How much memory there is for this program and its workers together: the machine's, or the least
 * limit of the control groups around. Looked up once: neither changes while a program runs, as a
 * rule.
 *
 * @param totalBytes how much; 0: not known
 * @param place what has it, in words
 * @param killedAsOne the path of the control group with which the kernel would kill this program
 *     ({@code memory.oom.group} of it, or of one around it); empty: of none
 */
public record MachineMemory(long totalBytes, String place, String killedAsOne) {
  /** Returns what this program is on. */
  public static MachineMemory here() {
    return Looked.HERE;
  }

  private static MachineMemory look() {
    Machine.MemoryController groups = Machine.memoryController();
    long total =
        HostMemory.ofThisMachine().look(List.of()).map(HostMemory.Room::totalBytes).orElse(0L);
    long limit = groups.limitBytes().orElse(Long.MAX_VALUE);
    String killedAsOne = groups.killedAsOne() ? groups.path() : "";
    return limit < total
        ? new MachineMemory(limit, "control group " + groups.path(), killedAsOne)
        : new MachineMemory(total, "the machine", killedAsOne);
  }

  private static final class Looked {
    static final MachineMemory HERE = look();

    private Looked() {}
  }
}
