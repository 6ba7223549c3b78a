package dev.outlive.internal.local;

import dev.outlive.os.HostMemory;
import java.util.List;

/** How much memory there is for this program and its workers together, looked up once. */
public final class MachineMemory {
  private MachineMemory() {}

  /** Returns the size of the machine or container, in bytes; 0: not known. */
  public static long totalBytes() {
    return Looked.ROOM.totalBytes();
  }

  /** Returns what that is, in words: "the machine" or a control group with its path. */
  public static String place() {
    return Looked.ROOM.place();
  }

  private static final class Looked {
    static final HostMemory.Room ROOM =
        HostMemory.ofThisMachine().look(List.of()).orElse(new HostMemory.Room(0, 0, "", 0, false));

    private Looked() {}
  }
}
