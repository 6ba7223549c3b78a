package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Loaders;
import dev.outlive.internal.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers what workers ask of this process's loaders: class files and resources. The loaders' code
 * runs on threads of its own, which exist while there are questions. No question is open for longer
 * than a bound: then it is answered with that, and its thread interrupted.
 *
 * <p>Questions come from workers, so they are checked: only loaders that this pool has named, a
 * bounded number at a time. Safe for use by many threads.
 */
final class ClassServer {
  /** The most questions of one worker that are open; a worker keeps to half of it. */
  static final int MOST_OPEN = 128;

  private static final int MOST_THREADS = 8;
  private static final int MOST_RESOURCES = 1_024;

  private final LoaderTable loaders;
  private final ScheduledExecutorService clock;
  private final long limitMillis;
  private final ThreadPoolExecutor threads;

  ClassServer(String pool, LoaderTable loaders, ScheduledExecutorService clock, long limitMillis) {
    this.loaders = loaders;
    this.clock = clock;
    this.limitMillis = limitMillis;
    this.threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            job -> thread("outlive-" + pool + "-classes", job));
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(String name, Runnable job) {
    Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(job);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    return thread;
  }

  /** Ends what is being answered: nobody waits for it any more. */
  void close() {
    threads.shutdownNow();
  }

  /** Returns the counter at which one worker asks. */
  Counter open(Consumer<Message.ToWorker> reply) {
    return new Counter(reply);
  }

  /** Where one worker asks. Its answers come in no order. */
  final class Counter {
    private final Consumer<Message.ToWorker> reply;
    private final Map<Long, Question> questions = new ConcurrentHashMap<>();

    private Counter(Consumer<Message.ToWorker> reply) {
      this.reply = reply;
    }

    /** Takes a question in; returns false for one too many. Does not block. */
    boolean ask(Message.ClassWanted wanted) {
      return take(wanted.request(), wanted.name(), () -> serve(wanted));
    }

    /** Takes a question in; returns false for one too many. Does not block. */
    boolean ask(Message.ResourcesWanted wanted) {
      return take(wanted.request(), wanted.name(), () -> serve(wanted));
    }

    private boolean take(long number, String name, Answer answer) {
      Question question = new Question(this, number, name, answer);
      if (questions.size() >= MOST_OPEN || questions.putIfAbsent(number, question) != null) {
        return false;
      }
      question.start();
      return true;
    }

    /** The worker is gone. */
    void close() {
      questions.values().forEach(Question::giveUp);
    }
  }

  /** How a question is answered. */
  private interface Answer {
    Message.ToWorker give() throws IOException;
  }

  /** One question, answered once: by a loader or by the end of its time. */
  private final class Question {
    private final Counter counter;
    private final long number;
    private final String name;
    private final FutureTask<@Nullable Void> work;
    private volatile @Nullable Future<?> end;

    Question(Counter counter, long number, String name, Answer answer) {
      this.counter = counter;
      this.number = number;
      this.name = name;
      this.work = new FutureTask<>(() -> answer(answer), null);
    }

    void start() {
      try {
        end = clock.schedule(this::late, limitMillis, TimeUnit.MILLISECONDS);
        threads.execute(work);
      } catch (OutOfMemoryError | RejectedExecutionException e) {
        reply(failed(true, "this program has no thread for it now: " + e.getMessage()));
      }
    }

    private void answer(Answer answer) {
      Message.ToWorker message;
      try {
        message = answer.give();
      } catch (ClassNotFoundInLoader e) {
        message = new Message.NotServed(number, false, "");
      } catch (Exception | Error e) { // the user's own, whatever it is
        boolean passing = !(e instanceof LinkageError); // which the JVM remembers here too
        message = failed(passing, "its loader has failed: " + inWords(e));
      }
      reply(message);
    }

    private void late() {
      reply(failed(true, "its loader has not given it within " + limitMillis + " ms"));
      giveUp();
    }

    private Message.NotServed failed(boolean passing, String why) {
      return new Message.NotServed(number, passing, name + ": " + why);
    }

    /** The first answer counts. */
    private void reply(Message.ToWorker message) {
      if (counter.questions.remove(number, this)) {
        Future<?> alarm = end;
        if (alarm != null) {
          alarm.cancel(false);
        }
        counter.reply.accept(message);
      }
    }

    void giveUp() {
      counter.questions.remove(number, this);
      work.cancel(true);
      threads.remove(work);
    }
  }

  /** The loader itself says that it has no such class: that is an answer. */
  private static final class ClassNotFoundInLoader extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static String inWords(Throwable error) {
    try {
      return error.toString();
    } catch (RuntimeException | Error e) {
      return error.getClass().getName();
    }
  }

  private Message.ToWorker serve(Message.ClassWanted wanted) throws IOException {
    Class<?> type;
    try {
      type = Class.forName(binaryName(wanted.name()), false, loader(wanted.loader()));
    } catch (ClassNotFoundException e) {
      throw new ClassNotFoundInLoader();
    }
    int number = loaders.number(type);
    if (number == Loaders.COMMON) {
      return new Message.ClassServed(wanted.request(), number, "", ByteBuffer.allocate(0));
    }
    ByteBuffer bytes = ClassSource.bytes(type);
    return bytes == null
        ? new Message.NotServed(
            wanted.request(), false, wanted.name() + ": " + LoaderTable.withoutBytes(type))
        : new Message.ClassServed(wanted.request(), number, ClassSource.location(type), bytes);
  }

  /** A name of an array would be taken too. */
  private static String binaryName(String name) throws IOException {
    if (name.isEmpty() || name.startsWith("[") || name.indexOf('/') >= 0) {
      throw new IOException("no class has the name \"" + name + '"');
    }
    return name;
  }

  private ClassLoader loader(int number) throws IOException {
    ClassLoader loader = loaders.byNumber(number);
    if (loader == null) {
      throw new IOException(
          "class loader " + number + " is gone: nothing unfinished refers to it any more");
    }
    return loader;
  }

  private Message.ToWorker serve(Message.ResourcesWanted wanted) throws IOException {
    ClassLoader loader = loader(wanted.loader());
    String name = wanted.name();
    Found found = new Found(name);
    if (wanted.all()) {
      for (URL url : Collections.list(loader.getResources(name))) {
        found.add(url);
      }
    } else {
      URL url = loader.getResource(name);
      if (url != null) {
        found.add(url);
      } else {
        found.add(loader.getResourceAsStream(name));
      }
    }
    return new Message.ResourcesServed(wanted.request(), found.all);
  }

  /** Resources of one name, with a bound on all of them together. */
  private static final class Found {
    final List<Optional<ByteBuffer>> all = new ArrayList<>();
    private final String name;
    private final Set<String> common = new HashSet<>();
    private int bytes;

    Found(String name) throws IOException {
      this.name = name;
      for (URL url : Collections.list(ClassLoader.getSystemClassLoader().getResources(name))) {
        common.add(url.toExternalForm());
      }
    }

    /** What the application's own loader has, a worker has too. */
    void add(URL url) throws IOException {
      if (common.contains(url.toExternalForm())) {
        all.add(Optional.empty());
      } else {
        add(ClassSource.open(url));
      }
    }

    void add(@Nullable InputStream resource) throws IOException {
      if (resource == null) {
        return;
      }
      try (InputStream in = resource) {
        ByteBuffer read = ClassSource.read(in, name, ClassSource.MOST_BYTES - bytes);
        bytes += read.remaining();
        all.add(Optional.of(read));
      }
      if (all.size() > MOST_RESOURCES) {
        throw new IOException("over " + MOST_RESOURCES + " resources have the name " + name);
      }
    }
  }
}
