package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.OutputObserver;
import dev.outlive.spi.WorkerObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToldInOrderTest {
  private static final Frame FRAME =
      new Frame((byte) 1, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
  private static final Death DEATH =
      new Death(Diagnosis.of(Cause.EXIT, Certainty.PROVEN, 1).build(), List.of());

  private final List<String> told = new ArrayList<>();
  private final ToldInOrder observer = new ToldInOrder(new Writer(told));

  /** Writes down what it is told. */
  private record Writer(List<String> told) implements WorkerObserver {
    @Override
    public void started(long pid) {
      told.add("started " + pid);
    }

    @Override
    public OutputObserver output() {
      throw new AssertionError("not asked here");
    }

    @Override
    public void received(Frame frame) {
      told.add("received");
    }

    @Override
    public void grown(long heldBytes, long limitBytes) {
      told.add("grown " + heldBytes + " " + limitBytes);
    }

    @Override
    public void dying() {
      told.add("dying");
    }

    @Override
    public void died(Death death) {
      told.add("died");
    }
  }

  @Test
  void frames_may_follow_the_first_notice_and_nothing_else_does() {
    observer.started(7);
    observer.received(List.of(FRAME));
    observer.grown(5, 4);
    observer.dying();
    observer.grown(6, 4);
    observer.dying();
    observer.received(List.of(FRAME));
    observer.died(DEATH);
    observer.received(List.of(FRAME));
    observer.dying();
    observer.grown(7, 4);
    assertThat(told)
        .containsExactly("started 7", "received", "grown 5 4", "dying", "received", "died");
  }

  @Test
  void a_death_without_notice_is_its_own() {
    observer.died(DEATH);
    assertThat(told).containsExactly("dying", "died");
  }
}
