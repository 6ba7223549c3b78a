package dev.outlive.internal.worker;

import dev.outlive.failure.UndecodableException;
import dev.outlive.task.Action;
import dev.outlive.task.TaskFunction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A function that was sent once for many items. Decoded when the first item needs it, so that what
 * happens while it is decoded belongs to an item. Confined to the task thread.
 */
final class FunctionCode {
  /** What is left to do once everything is decoded. */
  @FunctionalInterface
  interface Call {
    @Nullable Object call() throws Exception;
  }

  private static final int DEEPEST_CAUSE = 8;

  private final ByteBuffer code;
  private final Values values;
  private @Nullable TaskFunction<@Nullable Object, @Nullable Object> function;

  FunctionCode(ByteBuffer code, Values values) {
    this.code = code;
    this.values = values;
  }

  /** Forgets what was decoded: its loaders are given up. */
  void decodeAnew() {
    function = null;
  }

  /** Whether it was decoded already, so that nothing of the user's runs before its own call. */
  boolean isDecoded() {
    return function != null;
  }

  /** Calls the function, which was decoded, on an input that is no code of the user's either. */
  @Nullable Object apply(@Nullable Object input) throws Exception {
    TaskFunction<@Nullable Object, @Nullable Object> decoded = function;
    if (decoded == null) {
      throw new AssertionError("the function was not decoded");
    }
    ServedLoaders.enter(decoded);
    return decoded.apply(input);
  }

  /** Returns the call of this function on an encoded input. */
  @SuppressWarnings("unchecked") // the pool encodes nothing else under a function's number
  Call on(ByteBuffer input) {
    TaskFunction<@Nullable Object, @Nullable Object> decoded = function;
    if (decoded == null) {
      Object value = decode(code, "the function", values);
      if (value == null) {
        throw new AssertionError("a function was sent as null");
      }
      decoded = (TaskFunction<@Nullable Object, @Nullable Object>) value;
      function = decoded;
    }
    ServedLoaders.enter(decoded);
    TaskFunction<@Nullable Object, @Nullable Object> applied = decoded;
    Object argument = decode("the argument", () -> values.decode(input));
    return () -> applied.apply(argument);
  }

  /** Returns the call of work that needs no input: a callable or a runnable. */
  static Call work(ByteBuffer bytes, Values values) {
    Object work = decode(bytes, "the task", values);
    if (work != null) {
      ServedLoaders.enter(work);
    }
    return switch (work) {
      case Callable<?> callable -> callable::call;
      case Action action ->
          () -> {
            action.act();
            return null;
          };
      case Runnable runnable ->
          () -> {
            runnable.run();
            return null;
          };
      case null, default -> throw new AssertionError("a task was sent as " + work);
    };
  }

  static @Nullable Object decode(ByteBuffer bytes, String what, Values values) {
    return decode(what, () -> values.decodeCode(bytes));
  }

  /** What decodes something. */
  @FunctionalInterface
  private interface Decoder {
    @Nullable Object decode() throws IOException, ClassNotFoundException;
  }

  private static @Nullable Object decode(String what, Decoder decoder) {
    try {
      return decoder.decode();
    } catch (UndecodableException e) {
      throw e;
    } catch (NotServedException e) {
      throw new UndecodableException(
          what + " cannot be decoded in the worker: " + e.getMessage(), e);
    } catch (ClassNotFoundException e) {
      throw new UndecodableException(
          what
              + " cannot be decoded in the worker: class "
              + e.getMessage()
              + " is not on its class path. Add it with classPath(...)",
          e);
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      throw new UndecodableException(what + " cannot be decoded in the worker: " + told(e), e);
    }
  }

  /** The JVM's own words for a class that could not be initialised do not say why. */
  private static String told(Throwable error) {
    Throwable why = error;
    for (int i = 0; i < DEEPEST_CAUSE && why instanceof LinkageError; i++) {
      Throwable cause = why.getCause();
      if (cause == null) {
        break;
      }
      why = cause;
    }
    return why.equals(error) ? error.toString() : error + ": " + why.getMessage();
  }
}
