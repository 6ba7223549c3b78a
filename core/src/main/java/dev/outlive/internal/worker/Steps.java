package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerPage;

/** The steps of one delivery in the page. Changed by the task thread alone. */
final class Steps {
  private final WorkerPage page;
  private final int slot;
  private final long delivery;
  private long word;

  Steps(WorkerPage page, int slot, long delivery) {
    this.page = page;
    this.slot = slot;
    this.delivery = delivery;
    this.word = SlotWord.of(delivery, 0, Phase.OFFERED);
  }

  /** The next item begins, at this time. */
  boolean begin(int item, long nanoTime) {
    page.started(slot, nanoTime);
    return change(SlotWord.of(delivery, item, Phase.DECODING));
  }

  /** Notes when the item began that is run next. */
  void startedAt(long nanoTime) {
    page.started(slot, nanoTime);
  }

  /** The item runs, and those before it are published: nothing of the user's is to be decoded. */
  boolean run(int item) {
    return change(SlotWord.of(delivery, item, Phase.RUNNING));
  }

  boolean to(Phase phase) {
    return change(SlotWord.of(delivery, SlotWord.item(word), phase));
  }

  /** Whether the pool has taken the delivery back; any thread may ask. */
  boolean revoked() {
    long now = page.word(slot);
    boolean another = SlotWord.delivery(now) != delivery;
    return another
        || switch (SlotWord.phase(now)) {
          case REVOKED, CONDEMNED, EMPTY -> true;
          case OFFERED, DECODING, RUNNING, ENCODING, PUBLISHING, DONE -> false;
        };
  }

  private boolean change(long next) {
    boolean won = page.change(slot, word, next);
    if (won) {
      word = next;
    }
    return won;
  }
}
