package dev.outlive.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts processes with no descriptor left, one, two and so on; says how many were started, how
 * many refused before the JDK was asked, and how many by the JDK.
 */
final class SpawnProgram {
  private static final int MOST_LEFT = 24;

  private SpawnProgram() {}

  public static void main(String[] args) throws Exception {
    Process _ = start(); // its classes are loaded
    Map<String, Integer> ends = new TreeMap<>();
    for (int left = 0; left <= MOST_LEFT; left++) {
      ends.merge(endWith(left), 1, Integer::sum);
    }
    System.out.println(ends);
  }

  private static Process start() throws IOException, InterruptedException {
    Process process = Spawn.start(new ProcessBuilder("true"));
    process.waitFor();
    return process;
  }

  private static String endWith(int left) throws IOException, InterruptedException {
    Deque<FileInputStream> taken = new ArrayDeque<>();
    try {
      use(taken);
      for (int i = 0; i < left; i++) {
        taken.removeLast().close();
      }
      Process _ = start();
      return "started";
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).startsWith("too few descriptors")
          ? "refused"
          : "failed";
    } finally {
      for (FileInputStream one : taken) {
        one.close();
      }
    }
  }

  private static void use(Deque<FileInputStream> taken) {
    try {
      while (true) {
        taken.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException none) {
      // that was the last one
    }
  }
}
