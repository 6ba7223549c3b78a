package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls a function of the C library through a binding that has a bug. */
public final class NativeLibrary {
  public static void main(String[] args) throws InterruptedException {
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      for (String text : new String[] {"worker", "", "again"}) {
        try {
          System.out.println(pool.call(() -> length(text)));
        } catch (WorkerDiedException e) {
          Diagnosis diagnosis = e.diagnosis();
          System.out.println(diagnosis.cause() + ", " + diagnosis.certainty());
          System.out.println(diagnosis.problematicFrame().orElse("no frame"));
          System.out.println(diagnosis.advice());
        }
      }
    }
  }

  static long length(String text) {
    try (Arena arena = Arena.ofConfined()) {
      // The bug: the empty text has no address.
      MemorySegment address = text.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(text);
      return (long) strlen().invokeExact(address);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // workers have native access
  static MethodHandle strlen() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    return linker.downcallHandle(linker.defaultLookup().findOrThrow("strlen"), type);
  }
}
