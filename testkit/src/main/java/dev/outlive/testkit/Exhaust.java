package dev.outlive.testkit;

import dev.outlive.task.Bytes;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Ways to use something up, by real means: to be called in a task, in a worker that has a limit on
 * it. None but {@link #take} returns. Safe for use by many threads.
 */
public final class Exhaust {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final List<FileInputStream> OPEN = new CopyOnWriteArrayList<>();

  private Exhaust() {}

  /**
   * Allocates until the heap is full. Set the worker's {@code maxHeap}, or this takes a quarter of
   * the machine's memory.
   *
   * @throws OutOfMemoryError where the JVM survives it
   */
  public static void heap() {
    Object[] chain = {};
    while (true) {
      chain = new Object[] {chain, new byte[BLOCK_BYTES]};
    }
  }

  /**
   * Asks for an array that is longer than any JVM allows.
   *
   * @return its length, where the JVM allows it
   * @throws OutOfMemoryError where the JVM survives it
   */
  public static int arrayLength() {
    return new byte[Integer.MAX_VALUE].length;
  }

  /**
   * Defines classes until there is no room for more. Set {@code -XX:MaxMetaspaceSize}.
   *
   * @throws OutOfMemoryError where the JVM survives it
   */
  public static void metaspace() throws IllegalAccessException {
    ClassDesc name = ClassDesc.of(Exhaust.class.getPackageName(), "Filler");
    byte[] bytes = ClassFile.of().build(name, type -> {});
    Object[] kept = {};
    while (true) {
      kept =
          new Object[] {
            kept, MethodHandles.lookup().defineHiddenClass(bytes, false, ClassOption.STRONG)
          };
    }
  }

  /**
   * Allocates direct buffers until there is no room for more. Set {@code -XX:MaxDirectMemorySize}.
   *
   * @throws OutOfMemoryError always
   */
  public static void directMemory() {
    Object[] kept = {};
    while (true) {
      kept = new Object[] {kept, ByteBuffer.allocateDirect(BLOCK_BYTES)};
    }
  }

  /**
   * Takes all memory from the C library's {@code malloc}, then has the JVM want some for itself.
   * Limit the worker's address space first ({@code ulimit -v}).
   *
   * @throws OutOfMemoryError where the JVM could do without
   */
  public static void nativeMemory() throws IllegalAccessException {
    for (long bytes = 1 << 30; bytes >= 16; bytes /= 4) {
      while (Native.LIBC.allocates(bytes)) {
        Thread.onSpinWait();
      }
    }
    metaspace();
  }

  /**
   * Takes memory that is not of the Java heap, touches it and keeps it, at a pace and without end.
   * Set the worker's {@code memoryPerWorker}, or this takes all of the machine's memory.
   *
   * @param perSecond how much in a second, 1 MiB or more
   * @throws InterruptedException if its thread is interrupted
   */
  public static void nativeMemory(Bytes perSecond) throws InterruptedException {
    long each = (long) (1e9 * BLOCK_BYTES / perSecond.count());
    long due = System.nanoTime();
    while (true) {
      take(new Bytes(BLOCK_BYTES));
      due = Math.max(due + each, System.nanoTime()); // who was held up does not catch up
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    }
  }

  /** Takes memory that is not of the Java heap, touches it and keeps it until the worker's end. */
  public static void take(Bytes size) {
    Arena.global().allocate(size.count()).fill((byte) 1);
  }

  /**
   * Starts threads until there can be no more. Limit the worker's processes first.
   *
   * @throws OutOfMemoryError always
   */
  public static void threads() {
    while (true) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  Thread.sleep(Duration.ofMinutes(10));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  /**
   * Opens files until there can be no more, and keeps them. Limit the worker's descriptors first.
   *
   * @throws IOException always: too many open files
   */
  public static void descriptors() throws IOException {
    while (true) {
      OPEN.add(new FileInputStream("/dev/null"));
    }
  }

  /**
   * Calls itself until the stack is full.
   *
   * @throws StackOverflowError always
   */
  public static void stack() {
    int deep = deeper(0);
    throw new AssertionError("a stack without end, depth=" + deep);
  }

  private static int deeper(int depth) {
    return depth < 0 ? depth : deeper(depth + 1) + 1;
  }

  /**
   * Has native code use up the stack: the parser of regular expressions, 200,000 levels deep.
   *
   * @return what {@code regcomp} returns, where the stack is large enough
   */
  public static int nativeStack() {
    return Native.LIBC.compilePattern("(".repeat(200_000));
  }
}
