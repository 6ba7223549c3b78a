package dev.outlive.internal.protocol;

import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a process stands among pools within pools. A worker learns it from its environment, as do
 * the programs that its tasks start: a pool of theirs lies within that worker's too.
 *
 * @param depth how many pools there are around this process; 0: none
 * @param limit how many pools may lie within each other
 * @param share how many workers each pool in this process may have
 */
public record Nesting(int depth, int limit, int share) {
  /** The environment variable that tells it. */
  public static final String VARIABLE = "OUTLIVE_NESTING";

  private static volatile boolean worker;

  /** This process is a worker. */
  public static void beWorker() {
    worker = true;
  }

  /** Returns where this process stands; empty: there is no pool around it. */
  public static Optional<Nesting> here() {
    return Optional.ofNullable(System.getenv(VARIABLE)).map(Nesting::parse);
  }

  /**
   * Returns what a variable says.
   *
   * @throws IllegalStateException if no pool has written it
   */
  static Nesting parse(String text) {
    Matcher matcher = Text.PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(
          "the environment variable "
              + VARIABLE
              + " is for Outlive's workers, and no pool has written what it says: \""
              + text
              + "\". Remove it");
    }
    return new Nesting(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  /** Returns the variable's value. */
  public String text() {
    return "depth=" + depth + " limit=" + limit + " share=" + share;
  }

  /**
   * Returns the class that this worker is initialising, or whose object it is decoding, on this
   * thread; empty if it does neither, or this process is no worker.
   *
   * <p>A class whose lambda is a task is initialised where the task is decoded. What its static
   * fields hold would come to be in each worker.
   *
   * @param askers the classes between here and the one whose doing it is
   */
  public static Optional<String> unsettledClass(Class<?>... askers) {
    Set<String> own = Arrays.stream(askers).map(Class::getName).collect(Collectors.toSet());
    own.add(Nesting.class.getName());
    return worker
        ? Optional.ofNullable(StackWalker.getInstance().walk(frames -> search(frames, own)))
        : Optional.empty();
  }

  /** Compiled when it is needed: a worker that becomes one has no time for it. */
  private static final class Text {
    static final Pattern PATTERN =
        Pattern.compile("depth=([0-9]{1,4}) limit=([0-9]{1,4}) share=([0-9]{1,6})");
  }

  private static @Nullable String search(Stream<StackFrame> frames, Set<String> own) {
    String caller = null;
    for (StackFrame frame : (Iterable<StackFrame>) frames::iterator) {
      String type = frame.getClassName();
      if (frame.getMethodName().equals("<clinit>")) {
        return type;
      } else if (type.equals(JavaCodec.class.getName())) {
        return caller;
      } else if (caller == null && !own.contains(type)) {
        caller = type;
      }
    }
    return null;
  }
}
