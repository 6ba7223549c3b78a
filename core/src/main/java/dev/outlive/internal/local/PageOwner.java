package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Findings;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.spi.Death;
import dev.outlive.spi.Revocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The pool's side of a worker's page. A page counts items from the start of a delivery, the pool
 * from the start of a run; here the one becomes the other. Safe for use by many threads.
 */
final class PageOwner {
  /** For a worker that has no page: it never got that far. */
  static final PageOwner NONE = new PageOwner(null);

  private final @Nullable WorkerPage page;
  private final long[] delivery = new long[WorkerPage.SLOTS]; // guarded by this
  private final int[] first = new int[WorkerPage.SLOTS]; // guarded by this
  private final long createdAt = System.nanoTime();
  private boolean closed; // guarded by this

  private PageOwner(@Nullable WorkerPage page) {
    this.page = page;
    this.closed = page == null;
  }

  static PageOwner create(Path file) throws IOException {
    return new PageOwner(WorkerPage.create(file));
  }

  synchronized void offer(int slot, long number, int item) {
    delivery[slot] = number;
    first[slot] = item;
    WorkerPage open = open();
    if (open != null) {
      open.offer(slot, number);
    }
  }

  /** Takes a delivery back if the worker does not win the race for its next step. */
  synchronized Revocation revoke(
      int slot, long number, boolean unbegunOnly, long limitNanos, long now) {
    WorkerPage open = open();
    while (open != null) {
      long word = open.word(slot);
      if (SlotWord.delivery(word) != number) {
        break; // the worker wrote what it must not: let its death decide
      }
      Phase phase = SlotWord.phase(word);
      boolean begun = SlotWord.running(word);
      if (phase != Phase.OFFERED && !begun) {
        return new Revocation.Published();
      }
      if (begun && unbegunOnly) {
        return new Revocation.Begun();
      }
      long started = open.startedAt(slot);
      if (limitNanos > 0 && (!begun || now - started < limitNanos)) {
        return new Revocation.InTime(begun, begun ? (now - started < 0 ? now : started) : 0);
      }
      int item = SlotWord.item(word);
      Phase taken = limitNanos > 0 ? Phase.CONDEMNED : Phase.REVOKED;
      if (open.change(slot, word, SlotWord.of(number, item, taken))) {
        return begun ? new Revocation.Stopped(first[slot] + item) : new Revocation.Withdrawn();
      }
    }
    return new Revocation.Published();
  }

  /** What tells that the worker dies; empty without a page. May be used until this is closed. */
  Optional<MemorySegment> mark() {
    return Optional.ofNullable(page).map(WorkerPage::mark);
  }

  /** Whether the worker has begun an orderly exit. */
  synchronized boolean leaving() {
    WorkerPage open = open();
    return open != null && open.leaving();
  }

  /** How often the worker gave a sign of life. */
  synchronized long beats() {
    WorkerPage open = open();
    return open == null ? 0 : open.beats();
  }

  /** When it last told of its heap, on the clock of {@link System#nanoTime}; never after now. */
  synchronized long heapAt(long now) {
    WorkerPage open = open();
    return open == null || open.heapAt() - now > 0 ? now : open.heapAt();
  }

  /** How large its heap was then. */
  synchronized HeapUse heap() {
    WorkerPage open = open();
    return open == null ? HeapUse.NONE : open.heap();
  }

  /** What the page says in the end. */
  synchronized Findings.Page findings(long now) {
    WorkerPage open = open();
    if (open == null) {
      return Findings.Page.NONE;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(now - open.lastBeatAt());
    String beat = open.beats() == 0 ? "" : millis + " ms before the diagnosis";
    return new Findings.Page(
        open.leaving(), open.initializing(), open.lastWord(), describe(open), beat);
  }

  /** How much of its task is done, as the worker tells. */
  synchronized long progressDone() {
    WorkerPage open = open();
    return open == null ? 0 : Math.max(0, open.progressDone());
  }

  /** How much its task has to do, as the worker tells; 0: not told. */
  synchronized long progressTotal() {
    WorkerPage open = open();
    return open == null ? 0 : Math.max(0, open.progressTotal());
  }

  /**
   * What each delivery had come to; meaningful once the worker is dead.
   *
   * @param peakSince the most memory that the worker was seen to hold since a time
   */
  synchronized List<Death.Standing> standings(long now, LongFunction<OptionalLong> peakSince) {
    List<Death.Standing> standings = new ArrayList<>();
    WorkerPage open = open();
    for (int slot = 0; open != null && slot < WorkerPage.SLOTS; slot++) {
      long word = open.word(slot);
      Phase phase = SlotWord.phase(word);
      if (phase != Phase.EMPTY && SlotWord.delivery(word) == delivery[slot]) {
        int item = first[slot] + SlotWord.item(word) + (phase == Phase.DONE ? 1 : 0);
        boolean begun = SlotWord.running(word) || phase == Phase.PUBLISHING;
        if (begun || phase == Phase.CONDEMNED) {
          long ran = Math.clamp(now - open.startedAt(slot), 0, Math.max(0, now - createdAt));
          long peak = peakSince.apply(now - ran).orElse(-1);
          standings.add(new Death.Standing(delivery[slot], item, begun, ran, peak));
        } else {
          standings.add(new Death.Standing(delivery[slot], item, false));
        }
      }
    }
    return standings;
  }

  /** Returns whether any delivery is not done. */
  synchronized boolean atWork() {
    WorkerPage open = open();
    for (int slot = 0; open != null && slot < WorkerPage.SLOTS; slot++) {
      Phase phase = SlotWord.phase(open.word(slot));
      if (phase == Phase.OFFERED
          || phase == Phase.PUBLISHING
          || SlotWord.running(open.word(slot))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether it holds no trace of any work. */
  synchronized boolean untouched() {
    WorkerPage open = open();
    for (int slot = 0; open != null && slot < WorkerPage.SLOTS; slot++) {
      Phase phase = SlotWord.phase(open.word(slot));
      if (phase != Phase.EMPTY && phase != Phase.OFFERED) {
        return false;
      }
    }
    return open != null;
  }

  /** The deliveries that had begun and were not done, in words. */
  private String describe(WorkerPage open) {
    StringJoiner words = new StringJoiner(", ");
    for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
      long word = open.word(slot);
      if (SlotWord.running(word) || SlotWord.phase(word) == Phase.PUBLISHING) {
        words.add("item " + (first[slot] + SlotWord.item(word)) + " " + SlotWord.phase(word));
      }
    }
    return words.toString();
  }

  /** What the worker had said beyond the bytes that came over its link; once that has ended. */
  synchronized byte[] unsentAfter(long read) throws IOException {
    WorkerPage open = open();
    if (open == null) {
      return new byte[0];
    }
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(open.unsent().after(read));
    for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
      Message.ReturnedRow row = open.row().published(open.word(slot), first[slot]);
      if (row != null && row.delivery() == delivery[slot]) {
        new FrameWriter(rest).write(List.of(MessageCodec.encode(row)));
      }
    }
    return rest.toByteArray();
  }

  synchronized void close() {
    WorkerPage open = open();
    closed = true;
    if (open != null) {
      open.close();
    }
  }

  private @Nullable WorkerPage open() {
    return closed ? null : page;
  }
}
