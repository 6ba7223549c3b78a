package dev.outlive.internal.pool;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A simulated worker's link, in which frames take their time and keep their order in each
 * direction. What was sent to the pool arrives, whatever becomes of the worker.
 */
final class SimLink {
  private final World world;
  private final SplittableRandom random;
  private long sentUntil;
  private long receivedUntil;
  private @Nullable Event lastAnswer;

  SimLink(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** When the last frame arrives that was sent to the pool. */
  long sentUntil() {
    return sentUntil;
  }

  /** What the worker last said about a delivery. */
  @Nullable Event lastAnswer() {
    return lastAnswer;
  }

  void say(Event event) {
    send(event, true);
    if (!(event instanceof Event.WorkerStarted || event instanceof Event.WorkerReady)) {
      lastAnswer = event;
    }
  }

  void lie(Event event) {
    send(event, false);
  }

  private void send(Event event, boolean honest) {
    sentUntil = Math.max(sentUntil, world.agenda.now() + random.nextLong(World.LATENCY));
    world.agenda.at(sentUntil, () -> world.tell(event, honest));
  }

  /** Something that the pool has sent arrives at the worker. */
  void receive(Runnable then) {
    receivedUntil = Math.max(receivedUntil, world.agenda.now() + random.nextLong(World.LATENCY));
    world.agenda.at(receivedUntil, then);
  }

  /** Frames keep their order over a pause. */
  void paused(long nanos) {
    sentUntil += nanos;
    receivedUntil += nanos;
  }
}
