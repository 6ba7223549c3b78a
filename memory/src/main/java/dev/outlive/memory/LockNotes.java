package dev.outlive.memory;

import static dev.outlive.memory.SegmentLayout.BROKEN;
import static dev.outlive.memory.SegmentLayout.DEAD_AT;
import static dev.outlive.memory.SegmentLayout.HOLDER_AT;
import static dev.outlive.memory.SegmentLayout.INT;
import static dev.outlive.memory.SegmentLayout.LONG;
import static dev.outlive.memory.SegmentLayout.NAME;
import static dev.outlive.memory.SegmentLayout.NAME_BYTES;
import static dev.outlive.memory.SegmentLayout.PID;
import static dev.outlive.memory.SegmentLayout.SEQUENCE_AT;
import static dev.outlive.memory.SegmentLayout.START;
import static dev.outlive.memory.SegmentLayout.STATE_AT;
import static dev.outlive.memory.SegmentLayout.THREAD;
import static dev.outlive.memory.SegmentLayout.WHOLE;

import dev.outlive.os.ProcessIdentity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a segment says of its lock: who holds it, who has died with it, whether it is broken. Only
 * who holds the lock writes; anybody may read, and read nonsense while it changes hands.
 */
final class LockNotes {
  private static final int WORDS = NAME_BYTES / Long.BYTES;
  private static final int NOTE_BYTES = 64;

  private final MemorySegment header;
  private final ProcessIdentity self = SegmentTable.self();
  private @Nullable Thread writer; // the holder's: it has written the words below
  private @Nullable String writerName;
  private final long[] nameWords = new long[WORDS];

  LockNotes(MemorySegment header) {
    this.header = header;
  }

  /** The number of the process is written last: whoever sees it sees the rest. */
  void writeHolder(Thread thread) {
    String name = thread.getName();
    if (!thread.equals(writer) || !name.equals(writerName)) {
      writer = thread;
      writerName = name;
      encode(name);
    }
    LONG.set(header, HOLDER_AT + START, self.startTicks());
    LONG.set(header, HOLDER_AT + THREAD, thread.threadId());
    for (int i = 0; i < WORDS; i++) {
      LONG.set(header, HOLDER_AT + NAME + (long) i * Long.BYTES, nameWords[i]);
    }
    LONG.setRelease(header, HOLDER_AT + PID, self.pid());
  }

  private void encode(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, NAME_BYTES);
    while (length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
      length--; // not within a character
    }
    ByteBuffer words = ByteBuffer.allocate(NAME_BYTES).order(ByteOrder.nativeOrder());
    words.put(bytes, 0, length).rewind();
    words.asLongBuffer().get(nameWords);
  }

  void clearHolder() {
    LONG.setRelease(header, HOLDER_AT + PID, 0L);
  }

  boolean hasHolder() {
    return (long) LONG.getAcquire(header, HOLDER_AT + PID) != 0;
  }

  boolean isBroken() {
    return (int) INT.getAcquire(header, STATE_AT) == BROKEN;
  }

  /**
   * Marks the lock as broken by whoever its note names. Whoever dies in the midst of this leaves it
   * to be done again: a death that is noted is not forgotten for one of which nothing is known.
   */
  void breakByHolder() {
    if (hasHolder() || !isBroken()) {
      MemorySegment.copy(header, HOLDER_AT, header, DEAD_AT, NOTE_BYTES);
      INT.setRelease(header, STATE_AT, BROKEN);
      clearHolder();
    }
  }

  void mend() {
    INT.setRelease(header, STATE_AT, WHOLE);
  }

  /** Returns the death that broke it. */
  OwnerDiedException death(String what) {
    long pid = (long) LONG.get(header, DEAD_AT + PID);
    return pid == 0
        ? new OwnerDiedException(what, 0, 0, "")
        : new OwnerDiedException(
            what, pid, (long) LONG.get(header, DEAD_AT + THREAD), name(DEAD_AT));
  }

  /** Returns who holds it, for people to read. */
  String holder() {
    long pid = (long) LONG.getAcquire(header, HOLDER_AT + PID);
    if (pid == 0) {
      return "free";
    }
    long start = (long) LONG.get(header, HOLDER_AT + START);
    boolean alive =
        ProcessIdentity.parse(pid + "-" + start).filter(ProcessIdentity::isAlive).isPresent();
    String ended = alive ? "" : ", which has ended";
    return "held by process " + pid + ended + ", thread \"" + name(HOLDER_AT) + "\"";
  }

  private String name(long note) {
    byte[] bytes = header.asSlice(note + NAME, NAME_BYTES).toArray(ValueLayout.JAVA_BYTE);
    int length = 0;
    while (length < NAME_BYTES && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  int sequence() {
    return (int) INT.getVolatile(header, SEQUENCE_AT);
  }

  /** Counts a signal. */
  void signal() {
    int _ = (int) INT.getAndAdd(header, SEQUENCE_AT, 1);
  }

  /** Returns the word that waiters sleep on. */
  MemorySegment sequenceWord() {
    return header.asSlice(SEQUENCE_AT, Integer.BYTES);
  }
}
