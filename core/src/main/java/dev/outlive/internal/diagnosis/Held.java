package dev.outlive.internal.diagnosis;

import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.task.Bytes;
import java.util.concurrent.TimeUnit;

/**
 * What a worker held against its limit when it was found to hold too much.
 *
 * @param limitBytes its limit; 0: it had none
 * @param heldBytes what it held, descendants included
 * @param peakBytes the most that it was seen to hold
 * @param heap what it had told of its heap
 * @param heapAgeNanos how long ago it had told that
 * @param processes how many processes were counted, itself included
 * @param bytesPerSecond how fast it grew in its last second; 0: it did not
 */
public record Held(
    long limitBytes,
    long heldBytes,
    long peakBytes,
    HeapUse heap,
    long heapAgeNanos,
    int processes,
    long bytesPerSecond) {
  /** Nobody found that. */
  public static final Held NOTHING = new Held(0, 0, 0, HeapUse.NONE, 0, 1, 0);

  boolean known() {
    return limitBytes > 0;
  }

  /** Whether most of it was not Java heap, nor of what it had started. */
  boolean mostlyNative() {
    return processes == 1 && heap.mostBytes() > 0 && restBytes() > heldBytes / 2;
  }

  private long heapBytes() {
    return Math.min(heldBytes, heap.touchedBytes());
  }

  private long restBytes() {
    return heldBytes - heapBytes();
  }

  /** Returns the numbers in words, to come after "it". */
  String inWords() {
    String share = "";
    if (heap.mostBytes() > 0) {
      share =
          " (heap about "
              + new Bytes(heapBytes())
              + ", so about "
              + new Bytes(restBytes())
              + (processes == 1 ? " native)" : " native or of what it had started)");
    }
    return "held " + new Bytes(heldBytes) + ", its limit is " + new Bytes(limitBytes) + share;
  }

  /** Returns all of it in a sentence. */
  public String evidence() {
    StringBuilder words = new StringBuilder("it ").append(inWords());
    if (peakBytes > heldBytes) {
      words.append(", at most ").append(new Bytes(peakBytes)).append(" until then");
    }
    if (processes > 1) {
      words.append(", in ").append(processes).append(" processes");
    }
    if (bytesPerSecond > 0) {
      words.append(", and grew by ").append(new Bytes(bytesPerSecond)).append("/s");
    }
    if (heap.mostBytes() > 0) {
      words
          .append("; its heap had ")
          .append(new Bytes(heap.usedBytes()))
          .append(" in use ")
          .append(TimeUnit.NANOSECONDS.toMillis(heapAgeNanos))
          .append(" ms before, of at most ")
          .append(new Bytes(heap.mostBytes()));
    }
    return words.toString();
  }
}
