package dev.outlive.internal.pool;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/** The stack of whoever called the pool, from the first frame on that is not the pool's own. */
final class CallerFrames {
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final int MOST = 12;
  private static final String OWN_PACKAGES = "dev.outlive.internal.";
  private static final String ENTRY_PACKAGE = "dev.outlive";

  private CallerFrames() {}

  static List<StackTraceElement> take() {
    return WALKER.walk(
        frames ->
            frames
                .dropWhile(frame -> ours(frame.getClassName()))
                .limit(MOST)
                .map(StackFrame::toStackTraceElement) // a frame itself would keep its class
                .toList());
  }

  private static boolean ours(String className) {
    boolean entry = className.lastIndexOf('.') == ENTRY_PACKAGE.length();
    return className.startsWith(OWN_PACKAGES) || (entry && className.startsWith(ENTRY_PACKAGE));
  }
}
