package dev.outlive.testkit;

import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.OutputObserver;
import dev.outlive.spi.WorkerObserver;
import dev.outlive.task.TaskStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hears all that a worker does, and keeps it in its order. Safe for use by many threads. */
final class WorkerWitness implements WorkerObserver, OutputObserver {
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private final List<String> told = new ArrayList<>(); // guarded by this
  private final List<Message.ToPool> messages = new ArrayList<>(); // guarded by this
  private final Map<Long, StringBuilder> printed = new HashMap<>(); // guarded by this
  private long printing; // guarded by this
  private @Nullable Death death; // guarded by this

  @Override
  public synchronized void started(long pid) {
    tell("started");
  }

  @Override
  public OutputObserver output() {
    return this;
  }

  @Override
  public synchronized void received(Frame frame) {
    try {
      Message.ToPool message = MessageCodec.decodeToPool(frame);
      messages.add(message);
      tell(message.getClass().getSimpleName());
    } catch (ProtocolException e) {
      tell("no message: " + e.getMessage());
    }
  }

  @Override
  public synchronized void grown(long heldBytes, long limitBytes) {
    tell("grown");
  }

  @Override
  public synchronized void dying() {
    tell("dying");
  }

  @Override
  public synchronized void died(Death end) {
    death = end;
    tell("died");
  }

  private void tell(String what) {
    told.add(what);
    notifyAll();
  }

  @Override
  public synchronized void printing(long delivery) {
    printing = delivery;
  }

  @Override
  public synchronized void printed(TaskStream stream, byte[] bytes, int from, int to) {
    printed
        .computeIfAbsent(printing, delivery -> new StringBuilder())
        .append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    notifyAll();
  }

  @Override
  public void ended() {}

  // ---- what was heard

  synchronized List<String> told() {
    return List.copyOf(told);
  }

  synchronized String printed(long delivery) {
    return printed.getOrDefault(delivery, new StringBuilder()).toString();
  }

  /** Waits for the death. */
  Death death() {
    return await("its death", () -> death);
  }

  /** Waits for the first message of this kind. */
  <M extends Message.ToPool> M message(Class<M> kind) {
    return await(
        kind.getSimpleName(),
        () -> messages.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElse(null));
  }

  /** Waits until something holds that need not come with news. */
  void until(String what, BooleanSupplier condition) {
    await(what, () -> condition.getAsBoolean() ? what : null);
  }

  private synchronized <T> T await(String what, Supplier<@Nullable T> question) {
    long end = System.nanoTime() + LIMIT_NANOS;
    for (T answer = question.get(); ; answer = question.get()) {
      if (answer != null) {
        return answer;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what + ": " + this);
      }
      try {
        wait(5);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  @Override
  public synchronized String toString() {
    return told + " " + printed + " " + death;
  }
}
