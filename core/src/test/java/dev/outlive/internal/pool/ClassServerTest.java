package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.Loaders;
import dev.outlive.internal.protocol.Message;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker may ask of the program's loaders, and what it is answered. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class ClassServerTest {
  private static final String OWN = ClassServerTest.class.getName() + "$Served";

  /** Defined by the child loader, though this class's own loader has it too. */
  static final class Served {}

  private final LoaderTable table = new LoaderTable();
  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private final BlockingQueue<Message.ToWorker> answers = new LinkedBlockingQueue<>();
  private ClassServer server = new ClassServer("test", table, clock, 30_000);
  private ClassServer.Counter counter = server.open(answers::add);

  @AfterEach
  void close() {
    server.close();
    clock.shutdownNow();
  }

  /** Defines {@link Served} itself, and does what it is told before it gives its bytes. */
  private static final class Child extends ClassLoader {
    Runnable before = () -> {};

    Child() {
      super(ClassServerTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> known = findLoadedClass(name);
      if (known != null || !name.equals(OWN)) {
        return known == null ? super.loadClass(name, resolve) : known;
      }
      try (InputStream in = super.getResourceAsStream(OWN.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length, Served.class.getProtectionDomain());
      } catch (java.io.IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      before.run();
      return name.equals("only/here")
          ? new ByteArrayInputStream(new byte[] {1, 2})
          : super.getResourceAsStream(name);
    }
  }

  private int number(ClassLoader loader) throws ReflectiveOperationException {
    return table.number(loader.loadClass(OWN));
  }

  private Message.ToWorker answer() throws InterruptedException {
    Message.ToWorker answer = answers.poll(30, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    return answer;
  }

  private Message.ToWorker ask(int loader, String name) throws InterruptedException {
    assertThat(counter.ask(new Message.ClassWanted(7, loader, name))).isTrue();
    return answer();
  }

  @Test
  void a_class_of_the_loader_is_served_and_what_it_delegates_is_named() throws Exception {
    int number = number(new Child());
    assertThat(number).isPositive();
    assertThat(ask(number, OWN))
        .isInstanceOfSatisfying(
            Message.ClassServed.class,
            served -> {
              assertThat(served.loader()).isEqualTo(number);
              assertThat(served.bytes().getInt(0)).isEqualTo(0xCAFEBABE);
              assertThat(served.source()).startsWith("file:");
            });
    for (String common :
        new String[] {"java.util.List", Test.class.getName(), LoaderTable.class.getName()}) {
      assertThat(ask(number, common))
          .isInstanceOfSatisfying(
              Message.ClassServed.class,
              served -> {
                assertThat(served.loader()).isEqualTo(Loaders.COMMON);
                assertThat(served.bytes().remaining()).isZero();
              });
    }
  }

  @Test
  void a_loader_of_another_loader_s_class_gets_that_loader_s_number() throws Exception {
    Child upper = new Child();
    int first = number(upper);
    ClassLoader lower = new ClassLoader(upper) {};
    int second =
        table.number(
            java.lang.reflect.Proxy.newProxyInstance(
                    lower, new Class<?>[] {Runnable.class}, (a, b, c) -> null)
                .getClass());
    assertThat(second).isNotEqualTo(first);
    assertThat(ask(second, OWN))
        .isInstanceOfSatisfying(
            Message.ClassServed.class, served -> assertThat(served.loader()).isEqualTo(first));
  }

  @Test
  void a_class_that_the_loader_does_not_know_is_answered_plainly() throws Exception {
    assertThat(ask(number(new Child()), "no.such.Thing"))
        .isEqualTo(new Message.NotServed(7, false, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[I", "[Ljava.lang.String;", "a/b", "../../etc/passwd"})
  void what_is_no_class_s_name_is_refused(String name) throws Exception {
    assertThat(ask(number(new Child()), name))
        .isInstanceOfSatisfying(
            Message.NotServed.class,
            not -> assertThat(not.why()).contains("no class has the name \"" + name + '"'));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 77, Integer.MAX_VALUE})
  void a_loader_that_was_never_named_is_refused(int loader) throws Exception {
    assertThat(ask(loader, OWN))
        .isInstanceOfSatisfying(
            Message.NotServed.class,
            not -> assertThat(not.why()).contains("class loader " + loader + " is gone"));
  }

  @Test
  void what_a_loader_throws_is_told() throws Exception {
    Child loader = new Child();
    int number = number(loader);
    loader.before =
        () -> {
          throw new StackOverflowError("on purpose");
        };
    assertThat(ask(number, OWN))
        .isEqualTo(
            new Message.NotServed(
                7,
                true,
                OWN + ": its loader has failed: java.lang.StackOverflowError: on purpose"));
  }

  /** Else each item that looks whether something is there would begin with loaders anew. */
  @Test
  void a_class_that_can_never_be_linked_is_no_passing_failure() throws Exception {
    Child loader = new Child();
    int number = number(loader);
    loader.before =
        () -> {
          throw new NoClassDefFoundError("optional/Thing");
        };
    assertThat(ask(number, OWN))
        .isEqualTo(
            new Message.NotServed(
                7,
                false,
                OWN + ": its loader has failed: java.lang.NoClassDefFoundError: optional/Thing"));
  }

  @Test
  void a_loader_that_hangs_is_interrupted_and_told_when_the_time_is_over() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Child loader = hanging(asked, interrupted);
    HandClock hand = new HandClock();
    try {
      server = new ClassServer("test", table, hand, 50);
      counter = server.open(answers::add);
      assertThat(counter.ask(new Message.ClassWanted(7, number(loader), OWN))).isTrue();
      asked.await();
      hand.tick();
      assertThat(answer())
          .isEqualTo(
              new Message.NotServed(7, true, OWN + ": its loader has not given it within 50 ms"));
      interrupted.await();
    } finally {
      hand.shutdownNow();
    }
  }

  private static Child hanging(CountDownLatch asked, CountDownLatch interrupted) {
    Child loader = new Child();
    loader.before =
        () -> {
          asked.countDown();
          try {
            new Semaphore(0).acquire();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    return loader;
  }

  @Test
  void the_end_of_the_worker_ends_its_questions() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Child loader = hanging(asked, interrupted);
    assertThat(counter.ask(new Message.ClassWanted(1, number(loader), OWN))).isTrue();
    asked.await();
    counter.close();
    interrupted.await();
    assertThat(answers).isEmpty();
  }

  @Test
  void one_question_too_many_and_a_number_that_is_in_use_are_refused() throws Exception {
    int number = number(hanging(new CountDownLatch(1), new CountDownLatch(1)));
    for (int i = 0; i < ClassServer.MOST_OPEN; i++) {
      assertThat(counter.ask(new Message.ClassWanted(i, number, OWN))).isTrue();
      if (i == 0) {
        assertThat(counter.ask(new Message.ClassWanted(0, number, OWN))).isFalse();
      }
    }
    assertThat(counter.ask(new Message.ClassWanted(999, number, OWN))).isFalse();
    assertThat(counter.ask(new Message.ResourcesWanted(999, number, true, "a"))).isFalse();
    ClassServer.Counter other = server.open(answers::add);
    assertThat(other.ask(new Message.ClassWanted(1, number, OWN))).isTrue();
  }

  @Test
  void resources_are_served_but_those_that_the_worker_has_of_its_own() throws Exception {
    int number = number(new Child());
    assertThat(counter.ask(new Message.ResourcesWanted(1, number, false, "only/here"))).isTrue();
    assertThat(answer())
        .isInstanceOfSatisfying(
            Message.ResourcesServed.class,
            served ->
                assertThat(served.found().getFirst().orElseThrow().array()).containsExactly(1, 2));
    String common = OWN.replace('.', '/') + ".class";
    for (boolean all : new boolean[] {true, false}) {
      assertThat(counter.ask(new Message.ResourcesWanted(2, number, all, common))).isTrue();
      assertThat(answer())
          .isEqualTo(new Message.ResourcesServed(2, java.util.List.of(Optional.empty())));
      assertThat(counter.ask(new Message.ResourcesWanted(3, number, all, "no/where"))).isTrue();
      assertThat(answer()).isEqualTo(new Message.ResourcesServed(3, java.util.List.of()));
    }
  }
}
