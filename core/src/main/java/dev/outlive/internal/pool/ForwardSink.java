package dev.outlive.internal.pool;

import dev.outlive.monitor.OutputLine;
import dev.outlive.monitor.OutputSink;
import java.io.PrintStream;

/** Prints lines to this process's own streams, with where they come from in front. */
final class ForwardSink implements OutputSink {
  private final String pool;

  ForwardSink(String pool) {
    this.pool = pool;
  }

  @Override
  public void line(OutputLine line) {
    if (line.missed() > 0) {
      System.err.println("[" + pool + "] " + line.missed() + " lines of output were dropped");
    }
    PrintStream stream =
        switch (line.stream()) {
          case OUT -> System.out;
          case ERR -> System.err;
        };
    stream.println(tag(line) + line.text());
  }

  private String tag(OutputLine line) {
    StringBuilder tag = new StringBuilder("[").append(pool).append("-w").append(line.worker());
    if (line.task() > 0) {
      tag.append(" task ").append(line.task());
    }
    if (line.attempt() > 1) {
      tag.append(" attempt ").append(line.attempt());
    }
    return tag.append("] ").toString();
  }
}
