package dev.outlive.systemtests;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Ways for a worker to die in a task, by real means. */
final class Deaths {
  private static final Linker LINKER = Linker.nativeLinker();

  private Deaths() {}

  /** Sends a signal to its own process, by the kill command, and waits for what comes. */
  static void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("kill", "-s", name, pid).start().waitFor();
    Thread.sleep(Duration.ofMinutes(5));
  }

  /** Has libc read from address 0. */
  static void segmentationFault() {
    call(
        "strlen",
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
        MemorySegment.NULL);
  }

  static void nativeAbort() {
    call("abort", FunctionDescriptor.ofVoid());
  }

  /** No hook runs and nothing is said. */
  static void nativeExit(int status) {
    call("_exit", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT), status);
  }

  @SuppressWarnings("restricted") // workers have native access, and this is what it may do
  private static void call(String function, FunctionDescriptor type, Object... arguments) {
    try {
      MemorySegment address = LINKER.defaultLookup().find(function).orElseThrow();
      LINKER.downcallHandle(address, type).invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(function, e);
    }
  }

  /** Returns only if the heap has no end. */
  static int fillHeap() {
    List<byte[]> hoard = new ArrayList<>();
    while (hoard.size() < 1_000_000) {
      hoard.add(new byte[1 << 20]);
    }
    return hoard.size();
  }
}
