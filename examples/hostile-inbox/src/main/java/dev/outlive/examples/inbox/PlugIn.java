package dev.outlive.examples.inbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A document that is a program of somebody else: its first line names what it does, the rest is its
 * text. All actions but the first are ways in which plug-ins go wrong.
 */
final class PlugIn {
  private static final Duration UNTIL_DEAD = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 4 << 20;

  private PlugIn() {}

  /** Runs the plug-in; its text is the answer, if it comes to that. */
  static String run(Path file) throws IOException, InterruptedException {
    String plugIn = Files.readString(file);
    int end = plugIn.indexOf('\n') < 0 ? plugIn.length() : plugIn.indexOf('\n');
    String action = plugIn.substring(0, end).strip();
    switch (action) {
      case "print" -> {}
      case "exit" -> System.exit(0);
      case "halt" -> Runtime.getRuntime().halt(1);
      case "kill" -> signalOwnProcess("KILL");
      case "stop" -> signalOwnProcess("TERM");
      case "buffers" -> keepBuffers();
      case "deadlock" -> deadlock();
      case "free" -> NativePlugIn.freeWhatIsNotAllocated();
      case "cut" -> NativePlugIn.readWhatIsCutShort();
      case "throw" -> throw undecodable(file);
      default -> throw new IOException("plug-in " + file + " has no action \"" + action + "\"");
    }
    return plugIn.substring(end);
  }

  /** By a shell, since {@link ProcessHandle#destroy} refuses to end its own process. */
  private static void signalOwnProcess(String signal) throws IOException, InterruptedException {
    String kill = "kill -" + signal + " " + ProcessHandle.current().pid();
    int status = new ProcessBuilder("sh", "-c", kill).start().waitFor();
    Thread.sleep(UNTIL_DEAD); // SIGTERM takes its time: the JVM runs its shutdown hooks
    throw new IOException("this process outlived " + kill + ", whose exit code was " + status);
  }

  private static void keepBuffers() throws IOException {
    List<ByteBuffer> pages = new ArrayList<>();
    while (pages.size() < Integer.MAX_VALUE) {
      pages.add(ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
    throw new IOException("there was room for " + pages.size() + " buffers");
  }

  private static void deadlock() throws InterruptedException {
    Object pages = new Object();
    Object index = new Object();
    CountDownLatch held = new CountDownLatch(2);
    Thread indexer =
        Thread.ofPlatform().name("plug-in-indexer").start(() -> lockBoth(index, pages, held));
    lockBoth(pages, index, held);
    indexer.join();
  }

  private static void lockBoth(Object first, Object second, CountDownLatch held) {
    synchronized (first) {
      held.countDown();
      while (held.getCount() > 0) {
        Thread.onSpinWait();
      }
      synchronized (second) {
        held.countDown();
      }
    }
  }

  private static PlugInException undecodable(Path file) {
    PlugInException thrown =
        new PlugInException(
            "plug-in " + file.getFileName() + " found 3 pages where its index lists 5",
            new IllegalStateException("page 4 has no content"));
    thrown.addSuppressed(new IOException("the index could not be closed"));
    return thrown;
  }
}
