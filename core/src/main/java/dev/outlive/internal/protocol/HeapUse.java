package dev.outlive.internal.protocol;

/**
 * How large a worker's Java heap is, as the worker tells. Each number is 0 or more and none is
 * larger than the next; all are 0 where nothing was told.
 *
 * @param usedBytes what its objects take, dead ones that no collection has found yet included
 * @param touchedBytes the most that they ever took, as far as it still has that: about what is
 *     resident of it
 * @param mostBytes what it may grow to
 */
public record HeapUse(long usedBytes, long touchedBytes, long mostBytes) {
  /** Nothing was told. */
  public static final HeapUse NONE = new HeapUse(0, 0, 0);

  /** Returns the heap of this JVM now, given what was seen before. */
  public static HeapUse ofThisJvm(HeapUse before) {
    Runtime jvm = Runtime.getRuntime();
    long committed = jvm.totalMemory();
    long used = committed - jvm.freeMemory();
    return told(used, Math.min(committed, Math.max(used, before.touchedBytes)), jvm.maxMemory());
  }

  /** Returns what was told, without what cannot be true. */
  static HeapUse told(long usedBytes, long touchedBytes, long mostBytes) {
    long most = Math.max(0, mostBytes);
    long touched = Math.clamp(touchedBytes, 0, most);
    return new HeapUse(Math.clamp(usedBytes, 0, touched), touched, most);
  }
}
