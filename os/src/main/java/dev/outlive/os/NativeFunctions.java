package dev.outlive.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Finds functions of the C library for the classes that call them often, each through a constant of
 * its own: a handle in a constant costs a tenth of one in a field. Reached only where {@link
 * NativeAccess#enabled()} is true.
 */
final class NativeFunctions {
  private NativeFunctions() {}

  /**
   * Returns a function.
   *
   * @throws UnsatisfiedLinkError if the C library has none of that name
   */
  @SuppressWarnings("restricted") // reached only where native access was granted
  static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("no function " + name));
    return linker.downcallHandle(address, type, options);
  }

  /**
   * Returns what to throw for what a call has thrown: a segment that is closed is told to the
   * caller as it is.
   */
  static RuntimeException thrown(String function, Throwable thrown) {
    if (thrown instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    throw Libc.impossible(function, thrown);
  }
}
