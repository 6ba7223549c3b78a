package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.LastWord.Kind;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an error says has run out for good, so that the worker's next tasks would meet it too.
 *
 * <p>The JVM ends itself where the heap or the metaspace is full. Where direct memory, threads or
 * descriptors run out it does not: the error is thrown by Java code. That throws the same types for
 * other reasons as well, such as a string that would be too long for an array; those hurt nobody
 * but their task.
 */
final class Shortage {
  private static final int DEEPEST_CAUSE = 16;
  private static final int SPARE_FILES = 8;
  private static final Set<String> THROWN_BY_THE_JVM =
      Set.of(
          "Java heap space",
          "GC overhead limit exceeded",
          "Metaspace",
          "Compressed class space",
          "Requested array size exceeds VM limit");

  private Shortage() {}

  /** Returns what the error, or one of its causes, says has run out; NONE: nothing has. */
  static Kind of(Throwable error) {
    Throwable cause = error;
    for (int i = 0; i < DEEPEST_CAUSE && cause != null; i++, cause = ask(cause::getCause)) {
      Kind kind = ofAlone(cause);
      if (kind != Kind.NONE && (kind != Kind.NO_MORE_DESCRIPTORS || !opensFiles())) {
        return kind;
      }
    }
    return Kind.NONE;
  }

  private static Kind ofAlone(Throwable error) {
    String message = ask(error::getMessage);
    if (tooManyFiles(message)) {
      return Kind.NO_MORE_DESCRIPTORS;
    }
    return error instanceof OutOfMemoryError ? ofMemory(message) : Kind.NONE;
  }

  static Kind ofMemory(@Nullable String message) {
    if (message == null) {
      return Kind.NONE;
    } else if (message.contains("direct buffer memory")) {
      return Kind.DIRECT_MEMORY_FULL;
    } else if (message.contains("unable to create native thread")) {
      return Kind.NO_MORE_THREADS;
    }
    return THROWN_BY_THE_JVM.contains(message) ? Kind.HEAP_FULL : Kind.NONE;
  }

  /**
   * Returns false if this process could open hardly a file more. Whether it could open one depends
   * on the moment: threads of the worker itself, and the JVM, open and close some all the time.
   */
  static boolean opensFiles() {
    List<FileInputStream> opened = new ArrayList<>();
    try {
      while (opened.size() < SPARE_FILES) {
        opened.add(new FileInputStream("/dev/null"));
      }
      return true;
    } catch (FileNotFoundException e) {
      return !tooManyFiles(e.getMessage());
    } finally {
      for (FileInputStream file : opened) {
        close(file);
      }
    }
  }

  private static void close(FileInputStream file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean tooManyFiles(@Nullable String message) {
    return message != null && message.contains("Too many open files");
  }

  /** Whatever an exception of the user's does when it is asked. */
  static <T> @Nullable T ask(Supplier<? extends @Nullable T> question) {
    try {
      return question.get();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }
}
