package dev.outlive.systemtests.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * For tasks: memory of the C library's, which no option of the JVM limits, and all of it in RAM.
 */
@SuppressWarnings("restricted") // a worker has native access
final class OffHeap implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;
  private static final MethodHandle MALLOC =
      function("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  /** More than any limit of these tests; where none holds, the machine is not to suffer. */
  private static final int TOO_MUCH = 1024;

  private final MemorySegment memory;

  private OffHeap(MemorySegment memory) {
    this.memory = memory;
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /** Takes that much, as fast as it can. */
  static OffHeap take(int mebibytes) {
    OffHeap taken = allocate(mebibytes * MemoryGroup.MEBI);
    taken.touch(0, taken.memory.byteSize());
    return taken;
  }

  /** Takes that much, piece by piece, in about that time. */
  static OffHeap take(int mebibytes, Duration within) throws InterruptedException {
    OffHeap taken = allocate(mebibytes * MemoryGroup.MEBI);
    for (long at = 0; at < taken.memory.byteSize(); at += MemoryGroup.MEBI) {
      taken.touch(at, at + MemoryGroup.MEBI);
      Thread.sleep(within.dividedBy(mebibytes));
    }
    return taken;
  }

  /** Takes that much, keeps it for that long and gives it back. */
  static void hold(int mebibytes, Duration time) throws InterruptedException {
    try (OffHeap _ = take(mebibytes)) {
      Thread.sleep(time);
    }
  }

  /** Takes all there is: the kernel is to end this. */
  static void exhaust() {
    try (OffHeap _ = take(TOO_MUCH)) {
      throw new AssertionError(TOO_MUCH + " MiB were there: nothing limits this worker");
    }
  }

  private static OffHeap allocate(long bytes) {
    try {
      MemorySegment memory = (MemorySegment) MALLOC.invokeExact(bytes);
      if (memory.address() == 0) {
        throw new IllegalStateException("malloc refuses " + bytes + " B");
      }
      return new OffHeap(memory.reinterpret(bytes));
    } catch (Throwable e) {
      throw new IllegalStateException("malloc", e);
    }
  }

  private void touch(long from, long to) {
    for (long at = from; at < to; at += PAGE_BYTES) {
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
    }
  }

  @Override
  public void close() {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("free", e);
    }
  }
}
