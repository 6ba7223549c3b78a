package dev.outlive.monitor;

/**
 * Takes what tasks print, line by line.
 *
 * <p>It is called on a thread of the pool's that does nothing else, one call at a time: the lines
 * of one worker in their order, those of several as they come. A sink that falls behind by some
 * megabytes slows the tasks that print down a little, and then loses lines: {@link
 * OutputLine#missed()} counts them. One that throws loses that line. Closing the pool waits for the
 * sink for a second at most.
 *
 * {@snippet file="dev/outlive/snippets/PolicySnippets.java" region="sink"}
 */
@FunctionalInterface
public interface OutputSink {
  /** A line was printed. */
  void line(OutputLine line);
}
