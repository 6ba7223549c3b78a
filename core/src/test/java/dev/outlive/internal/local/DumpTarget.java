package dev.outlive.internal.local;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CyclicBarrier;

/** A program in which a thread with the name of a running task does what its argument says. */
public final class DumpTarget {
  private static final Object FIRST = new Object();
  private static final Object SECOND = new Object();
  private static final int CRITICAL_MICROS = 3_000_000;

  private DumpTarget() {}

  /** Prints {@code ready} and runs until it is killed. */
  public static void main(String[] args) {
    Thread.ofPlatform().name("outlive-task 12 slow").start(() -> task(args[0]));
  }

  private static void task(String what) {
    try {
      switch (what) {
        case "sleep" -> sleepInTask();
        case "talk" -> talk();
        case "deadlock" -> deadlock();
        case "critical" -> critical();
        default -> throw new AssertionError(what);
      }
    } catch (Throwable thrown) {
      thrown.printStackTrace();
    }
  }

  private static void sleepInTask() throws InterruptedException {
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Half a line at a time, so that a dump begins in the middle of one. */
  private static void talk() {
    System.out.println("ready");
    for (long i = 0; ; i++) {
      System.out.print("line ");
      System.out.println(i);
    }
  }

  private static void deadlock() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    Thread.ofPlatform().name("other").start(() -> lock(SECOND, FIRST, both));
    lock(FIRST, SECOND, both);
  }

  private static void lock(Object one, Object two, CyclicBarrier both) {
    synchronized (one) {
      try {
        both.await();
      } catch (Exception impossible) {
        throw new AssertionError(impossible);
      }
      System.out.println("ready");
      synchronized (two) {
        throw new AssertionError("no deadlock");
      }
    }
  }

  /** The VM waits for the end of such a call before it can print anything. */
  @SuppressWarnings("restricted")
  private static void critical() throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle usleep =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("usleep"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.critical(false));
    int warm = (int) usleep.invokeExact(0);
    System.out.println("ready");
    int ignored = (int) usleep.invokeExact(CRITICAL_MICROS + warm);
    System.out.println("awake");
    Thread.sleep(Long.MAX_VALUE);
  }
}
