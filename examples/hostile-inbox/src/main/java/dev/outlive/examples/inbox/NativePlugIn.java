package dev.outlive.examples.inbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Two mistakes of plug-ins that call the C library. */
final class NativePlugIn {
  private static final int FILE_BYTES = 1 << 16;
  private static final int OFF_BY = 8;

  private NativePlugIn() {}

  /** Frees an address within a block (CWE-590): glibc says so and calls {@code abort}. */
  static void freeWhatIsNotAllocated() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle free = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
      call(free, arena.allocate(64).asSlice(OFF_BY));
    }
    throw new IllegalStateException("the C library took what it never gave");
  }

  /** Reads a mapped file that has been cut short: the page is there no more, hence SIGBUS. */
  static void readWhatIsCutShort() throws IOException {
    Path index = Files.createTempFile("plug-in-", ".index");
    try (Arena arena = Arena.ofConfined();
        FileChannel file =
            FileChannel.open(index, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Files.delete(index); // the open file lives on, and no crash leaves it behind
      file.write(ByteBuffer.allocate(FILE_BYTES));
      MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES, arena);
      file.truncate(0);
      call(function("strlen", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)), mapped);
    }
    throw new IllegalStateException("the file could be read where it has no bytes");
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  @SuppressWarnings(
      "IllegalCatch") // a method handle may throw anything; a C function throws nothing
  private static void call(MethodHandle function, MemorySegment argument) {
    try {
      function.invokeExact(argument);
    } catch (Throwable impossible) { // what a method handle declares
      throw new AssertionError("C functions throw nothing", impossible);
    }
  }
}
