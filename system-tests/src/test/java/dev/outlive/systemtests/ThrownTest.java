package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.RemoteError;
import dev.outlive.failure.SubmittedHere;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What tasks throw, and how it arrives. Budget: 5 s. */
@ExtendWith({ThrownTest.Warm.class, NoLeaks.class})
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ThrownTest {
  private static ProcessPool pool;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    pool = ProcessPool.builder().name("thrown").workers(1).build();
  }

  /** Has each test find the pool as it leaves it: with a worker, and the thread that decodes. */
  static final class Warm implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
      pool.call(() -> 1);
    }
  }

  /** No task of this class may cost a worker. */
  @AfterAll
  static void closeAndCountDeaths() {
    pool.close();
    assertThat(pool.snapshot().deaths()).isZero();
  }

  static final class OwnException extends Exception {
    private final int code;

    OwnException(String message, int code, Throwable cause) {
      super(message, cause);
      this.code = code;
    }
  }

  static int throwsOwn() throws OwnException {
    OwnException error =
        new OwnException("own", 17, new UncheckedIOException("cause", new IOException("deeper")));
    error.addSuppressed(new IllegalStateException("suppressed"));
    throw error;
  }

  @Test
  void anExceptionArrivesInItsOwnTypeWithBothStacksItsCausesAndSuppressed() throws Exception {
    TaskFuture<Integer> future = pool.submit(ThrownTest::throwsOwn);
    Throwable error = Await.failure(future);

    assertThat(error).isInstanceOf(OwnException.class).hasMessage("own");
    assertThat(((OwnException) error).code).isEqualTo(17);
    assertThat(error.getStackTrace()[0].getMethodName()).isEqualTo("throwsOwn");
    assertThat(error.getStackTrace())
        .as("the worker's stack")
        .noneMatch(frame -> frame.getMethodName().startsWith("anExceptionArrives"));
    assertThat(error).hasCauseInstanceOf(UncheckedIOException.class);
    assertThat(error).hasRootCauseMessage("deeper");
    assertThat(error.getSuppressed()[0])
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("suppressed");
    assertThat(error.getSuppressed()[1]).isInstanceOf(SubmittedHere.class);
    assertThat(error.getSuppressed()[1].getStackTrace()[0].getMethodName())
        .as("the caller's stack")
        .startsWith("anExceptionArrives");
    assertThat(error.getSuppressed()[1].getStackTrace().length).isLessThanOrEqualTo(12);
    assertThatThrownBy(() -> pool.call(ThrownTest::throwsOwn))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(OwnException.class)
        .hasMessageContaining("own");
  }

  /** Cannot travel: it holds what is not serialisable. */
  static final class Unsendable extends RuntimeException {
    private final transient Object fine = new Object();
    private final Object holds = new TravelTest.Connection();

    Unsendable(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    public String toString() {
      return "Unsendable " + fine.hashCode() + holds.hashCode();
    }
  }

  /** Travels, and cannot be read again. */
  static final class Unreadable extends RuntimeException {
    Unreadable(String message) {
      super(message);
    }

    private void readObject(ObjectInputStream in) throws IOException {
      throw new IOException("not to be read");
    }
  }

  private static String frames(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : error.getStackTrace()) {
      text.append(frame.getClassName())
          .append(' ')
          .append(frame.getMethodName())
          .append(' ')
          .append(frame.getFileName())
          .append(' ')
          .append(frame.getLineNumber())
          .append('\n');
    }
    return text.toString();
  }

  @Test
  void anExceptionThatCannotTravelArrivesAsAFaithfulCopy() throws Exception {
    Path notes = directory.resolve("frames");
    String file = notes.toString();
    Throwable error =
        Await.failure(
            pool.submit(
                () -> {
                  Unreadable cause = new Unreadable("the cause");
                  Unsendable thrown = new Unsendable("the message", cause);
                  thrown.addSuppressed(new IOException("one"));
                  thrown.addSuppressed(new Unreadable("two"));
                  Files.writeString(Path.of(file), frames(thrown) + frames(cause));
                  throw thrown;
                }));

    assertThat(error).isInstanceOf(RemoteError.class).hasMessage("the message");
    assertThat(((RemoteError) error).className()).isEqualTo(Unsendable.class.getName());
    assertThat(error.getCause()).isInstanceOf(RemoteError.class).hasMessage("the cause");
    assertThat(((RemoteError) error.getCause()).className()).isEqualTo(Unreadable.class.getName());
    assertThat(frames(error) + frames(error.getCause())).isEqualTo(Files.readString(notes));
    assertThat(error.getSuppressed()).hasSize(3);
    assertThat(error.getSuppressed()[0]).hasMessage("one");
    assertThat(error.getSuppressed()[1]).hasMessage("two");
    assertThat(error.getSuppressed()[2]).isInstanceOf(SubmittedHere.class);
    assertThat(error).hasToString(Unsendable.class.getName() + ": the message");
  }

  @Test
  void anExceptionThatCannotBeReadArrivesAsAFaithfulCopy() throws Exception {
    Throwable error =
        Await.failure(
            pool.submit(
                () -> {
                  throw new Unreadable("the message");
                }));
    assertThat(error).isInstanceOf(RemoteError.class).hasMessage("the message");
    assertThat(((RemoteError) error).className()).isEqualTo(Unreadable.class.getName());
  }

  /** Its own methods fail, each in another way. */
  static final class Hostile extends RuntimeException {
    @Override
    public String getMessage() {
      throw new AssertionError("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new StackOverflowError();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no frames");
    }

    @Override
    public String toString() {
      throw new AssertionError("no text");
    }
  }

  @Test
  void anExceptionWhoseMethodsFailCostsItsTaskAlone() throws Exception {
    Task<Integer> task =
        () -> {
          throw new Hostile();
        };
    Throwable error = Await.failure(pool.submit(task));
    assertThat(error).isInstanceOf(RemoteError.class);
    assertThat(((RemoteError) error).className()).isEqualTo(Hostile.class.getName());
    assertThat(Await.failure(pool.mapAsync(n -> task.call(), List.of(1))))
        .isInstanceOf(MapFailedException.class)
        .hasCauseInstanceOf(RemoteError.class);
    assertThatThrownBy(() -> pool.call(task))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining(Hostile.class.getName());
    assertThat(pool.call(() -> 1)).isEqualTo(1);
  }

  static int endlessly(int n) {
    return endlessly(n + 1) + 1;
  }

  static Stream<Arguments> thrown() {
    return Stream.of(
        thrown(
            () -> {
              throw new AssertionError("an error");
            },
            AssertionError.class),
        thrown(() -> endlessly(0), StackOverflowError.class),
        thrown(
            () -> {
              throw new OutOfMemoryError("thrown by hand");
            },
            OutOfMemoryError.class),
        thrown(() -> Class.forName("no.such.Thing"), ClassNotFoundException.class),
        thrown(
            () -> {
              throw new NoClassDefFoundError("by hand");
            },
            NoClassDefFoundError.class),
        thrown(
            () -> {
              throw new InterruptedException("by hand");
            },
            InterruptedException.class),
        thrown(
            () -> {
              throw TravelTest.<RuntimeException>sneaky(new Throwable("not even an exception"));
            },
            Throwable.class));
  }

  private static Arguments thrown(Task<?> task, Class<? extends Throwable> type) {
    return Arguments.of(task, type);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("thrown")
  void whateverATaskThrowsArrivesAndItsWorkerLivesOn(Task<?> task, Class<? extends Throwable> type)
      throws Exception {
    assertThat(Await.failure(pool.submit(task))).isExactlyInstanceOf(type);
  }

  @Test
  void aTasksOwnCancellationIsAFailureAndNoCancellation() throws Exception {
    TaskFuture<Integer> cancelled =
        pool.submit(
            () -> {
              throw new CancellationException("the task's own");
            });
    assertThat(Await.failure(cancelled))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(CancellationException.class);
    assertThat(cancelled.state()).isEqualTo(Future.State.FAILED);
    assertThat(cancelled).isNotCancelled();
    TaskFuture<Integer> completed =
        pool.submit(
            () -> {
              throw new CompletionException("the task's own", new IOException());
            });
    assertThat(Await.failure(completed))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(CompletionException.class);
  }

  @Test
  void eachFailureIsAnExceptionOfItsOwn() throws Exception {
    Throwable one = Await.failure(pool.submit(ThrownTest::throwsOwn));
    Throwable other = Await.failure(pool.submit(ThrownTest::throwsOwn));
    assertThat(one).isNotSameAs(other);
  }
}
