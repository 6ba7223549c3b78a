package dev.outlive.testkit;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/**
 * Ways to die, to hang and to misbehave, by real means: to be called in a task, since what they
 * harm is the process that calls them.
 *
 * <p>Those that say so use native calls, for which workers have the permission. Safe for use by
 * many threads, as far as a process that dies can be.
 */
public final class Crash {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int LINE_BYTES = 1_000;

  private Crash() {}

  /** How a child that is left behind was started. */
  public enum Child {
    /** By {@link ProcessBuilder}, its streams are pipes to this process. */
    PLAIN,
    /** By {@link ProcessBuilder} with {@code inheritIO}: it holds this process's streams. */
    INHERIT_IO,
    /** By native {@code system("sleep 600 &")}: it holds all that is not close-on-exec. */
    NATIVE
  }

  /** Calls {@link System#exit}: shutdown hooks run. */
  public static void exit(int status) {
    System.exit(status);
  }

  /** Calls {@link Runtime#halt}: no hook runs. */
  public static void halt(int status) {
    Runtime.getRuntime().halt(status);
  }

  /** Ends this process as {@code kill -9} does; a native call. Does not return. */
  public static void sigkill() {
    signal(Native.SIGKILL);
    hang();
  }

  /**
   * Sends a signal to this process; a native call. Returns, unless the signal is deadly at once:
   * the JVM takes its time for SIGTERM, SIGINT and SIGHUP, which run the shutdown hooks.
   */
  public static void signal(int number) {
    Native.LIBC.kill(Math.toIntExact(ProcessHandle.current().pid()), number);
  }

  /** Freezes this process by SIGSTOP; a native call. Returns when somebody sends SIGCONT. */
  public static void stop() {
    Native.LIBC.raise(Native.SIGSTOP);
  }

  /** Writes to the address 0: SIGSEGV, the JVM writes its crash report; a native call. */
  public static void segfault() {
    Native.writeToNull();
  }

  /** Calls {@code abort()}: SIGABRT without a crash report; a native call. */
  public static void abortNative() {
    Native.LIBC.abort();
  }

  /** Calls {@code _exit}: neither hooks nor the JVM's own end; a native call. */
  public static void nativeExit(int status) {
    Native.LIBC.exit(status);
  }

  /**
   * Maps a file, cuts it short and has native code read it: SIGBUS, the JVM writes its crash
   * report; a native call.
   */
  public static void busError() throws IOException {
    Path file = Files.createTempFile("cut", ".bin");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      channel.write(ByteBuffer.wrap(new byte[BLOCK_BYTES]));
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, BLOCK_BYTES, arena);
      channel.truncate(0);
      throw new AssertionError("read beyond the end, length=" + Native.LIBC.length(mapped));
    }
  }

  /** Has two threads wait for each other's lock. Does not return. */
  public static void deadlock() {
    Object one = new Object();
    Object two = new Object();
    CountDownLatch both = new CountDownLatch(2);
    Thread.ofPlatform().daemon().name("other").start(() -> lockBoth(two, one, both));
    lockBoth(one, two, both);
  }

  private static void lockBoth(Object first, Object second, CountDownLatch both) {
    synchronized (first) {
      both.countDown();
      while (both.getCount() > 0) {
        Thread.onSpinWait();
      }
      synchronized (second) {
        throw new AssertionError("no deadlock");
      }
    }
  }

  /** Has the kernel ignore a signal to this process, as native code may; a native call. */
  public static void ignoreSignal(int number) {
    Native.LIBC.ignore(number);
  }

  /** Sleeps in native code; a native call. */
  public static void sleepNative(int seconds) {
    Native.LIBC.sleep(seconds);
  }

  /**
   * Sleeps in native code that the JVM takes to be short: no other thread reaches a safepoint
   * meanwhile; a native call.
   */
  public static void sleepCritical(int seconds) {
    Native.LIBC.sleepCritical(seconds);
  }

  /** Never returns and takes no notice of interrupts. Burns a processor. */
  public static void hang() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  /** Prints that many bytes, in lines, half of them to stdout and half to stderr. */
  public static void floodOutput(long bytes) {
    String line = "flood ".repeat(LINE_BYTES / 6 + 1).substring(0, LINE_BYTES - 1) + '\n';
    PrintStream[] streams = {System.out, System.err};
    for (long written = 0, n = 0; written < bytes; written += LINE_BYTES, n++) {
      streams[(int) (n % 2)].print(line);
    }
    System.out.flush();
    System.err.flush();
  }

  /**
   * Writes text to a descriptor behind the JVM's back; a native call.
   *
   * @param descriptor 1 and 2 are stdout and stderr
   * @return what {@code write} returns: bytes written, or -1
   */
  public static long writeNative(int descriptor, String text) {
    return Native.LIBC.write(descriptor, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Closes a descriptor behind the JVM's back; a native call.
   *
   * @return what {@code close} returns: 0, or -1 if it was not open
   */
  public static int closeNative(int descriptor) {
    return Native.LIBC.close(descriptor);
  }

  /**
   * Runs a command line by native {@code system}, and waits for its end; a native call. Its shell
   * inherits every descriptor that is not close-on-exec.
   *
   * @return what {@code system} returns: 0 for success
   */
  public static int system(String commandLine) {
    return Native.LIBC.system(commandLine);
  }

  /**
   * Starts a child that would sleep for ten minutes, and leaves it alone.
   *
   * @return its process id
   */
  public static long leaveChild(Child how) {
    try {
      return switch (how) {
        case PLAIN -> new ProcessBuilder("sleep", "600").start().pid();
        case INHERIT_IO -> new ProcessBuilder("sleep", "600").inheritIO().start().pid();
        case NATIVE -> leaveNativeChild();
      };
    } catch (IOException e) {
      throw new IllegalStateException("there is no sleep here", e);
    }
  }

  private static long leaveNativeChild() throws IOException {
    Path number = Files.createTempFile("child", ".pid");
    try {
      int status = system("sleep 600 & echo $! > '" + number + "'");
      if (status != 0) {
        throw new IllegalStateException("there is no sh here, status=" + status);
      }
      return Long.parseLong(Files.readString(number).strip());
    } finally {
      Files.delete(number);
    }
  }

  /** Returns an exception that can be encoded, but nowhere be decoded again. */
  public static RuntimeException undecodableException(String message) {
    return new Undecodable(message);
  }

  /** Returns an exception that cannot be encoded: it holds what is not serialisable. */
  public static RuntimeException unencodableException(String message) {
    return new Unencodable(message);
  }

  private static final class Undecodable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Undecodable(String message) {
      super(message);
    }

    private void readObject(ObjectInputStream in) throws IOException {
      throw new InvalidObjectException("cannot be decoded, on purpose");
    }
  }

  private static final class Unencodable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings({"serial", "unused"}) // that it is not serialisable is the point
    private final Object held = new Object();

    Unencodable(String message) {
      super(message);
    }
  }
}
