package dev.outlive.systemtests.chaos;

import java.util.Map;

/** The stacks of this JVM's threads, on stderr. */
final class Dump {
  private Dump() {}

  static void print() {
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      System.err.println(entry.getKey());
      for (StackTraceElement frame : entry.getValue()) {
        System.err.println("    at " + frame);
      }
    }
  }
}
