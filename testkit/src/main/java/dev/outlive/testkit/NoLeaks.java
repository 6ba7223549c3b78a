package dev.outlive.testkit;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A JUnit extension that fails each test, and each class, that leaves something of Outlive's
 * behind: a process, a thread named {@code outlive-…}, a descriptor, a run directory, a mapped
 * page, a segment of shared memory or a control group.
 *
 * <p>What was there before the test does not count, so open and close pools within the test. A pool
 * that all tests of a class share is opened, and given a first task, before all of them, and closed
 * after all: then a worker that one of them costs is a process that was not there before. Waits
 * until all is gone, at most twenty seconds. A process that lost its parent is found by its command
 * line; if the environment variable {@code OUTLIVE_TEST_RUN} is set for this JVM, to a value that
 * no other test run has, then so is every orphan that has inherited it. Tests must not run in
 * parallel within one JVM. Safe for use by many threads.
 *
 * <p>Put {@code @ExtendWith(NoLeaks.class)} on a test class.
 */
public final class NoLeaks
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long PAUSE_MILLIS = 10;

  private final Duration limit;

  /** Creates the extension. */
  public NoLeaks() {
    this(LIMIT);
  }

  NoLeaks(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    lookAround(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    lookAround(context);
  }

  private static void lookAround(ExtensionContext context) {
    context.getStore(NAMESPACE).put(Holdings.class, Holdings.now());
  }

  /**
   * Waits until nothing is left.
   *
   * @throws AssertionError if something is; it names all of it
   */
  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    compare(context);
  }

  /**
   * Waits until nothing is left of what the class has opened for all of its tests.
   *
   * @throws AssertionError if something is; it names all of it
   */
  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    compare(context);
  }

  private void compare(ExtensionContext context) throws InterruptedException {
    Holdings before = context.getStore(NAMESPACE).remove(Holdings.class, Holdings.class);
    if (before != null) {
      check(before);
    }
  }

  void check(Holdings before) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    List<String> left = Holdings.now().beyond(before);
    while (!left.isEmpty()) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "after " + limit.toSeconds() + " s there is left:\n  " + String.join("\n  ", left));
      }
      Thread.sleep(PAUSE_MILLIS);
      left = Holdings.now().beyond(before);
    }
  }
}
