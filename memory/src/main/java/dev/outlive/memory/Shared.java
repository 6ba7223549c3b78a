package dev.outlive.memory;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;

/**
 * What processes share: a segment of memory that each of them has mapped.
 *
 * <p><b>How it travels.</b> It is serializable, but what is written is only where the segment is to
 * be found: whoever reads it has the same memory, not a copy, and within one process always the
 * same object. So it may be captured by a task, be an argument or a result of one, or a field of
 * your own object.
 *
 * <p><b>How long it lives.</b> A segment that no other process has been told of is freed with the
 * last reference to it, or by {@link #close}. One that has been serialized lives until its maker,
 * or the program that made it, closes it or ends; who has mapped it by then keeps it. What a worker
 * makes belongs to the program that started the pool, and outlives the worker. Nothing stays in the
 * file system.
 *
 * <p><b>What death does.</b> Whatever was written stays; nobody's death stops another. Safe for use
 * by many threads and processes.
 */
public abstract sealed class Shared implements Serializable, AutoCloseable
    permits SharedBoolean,
        SharedByteArray,
        SharedDouble,
        SharedDoubleArray,
        SharedFloatArray,
        SharedInt,
        SharedIntArray,
        SharedLock,
        SharedLong,
        SharedLongArray,
        SharedMemory,
        SharedShortArray {
  private static final long serialVersionUID = 1;

  /** Where it lies; never serialized, a handle goes in its place. */
  private final transient Segment segment;

  Shared(Segment segment) {
    this.segment = segment;
  }

  final Segment mapped() {
    return segment;
  }

  /**
   * Returns the lock that belongs to this object, always the same. It guards what you say it
   * guards: no method of this class takes it.
   */
  public SharedLock mutex() {
    return segment.lock();
  }

  /**
   * Ends this process's use: from then on each access throws {@link IllegalStateException}, also on
   * other threads, whatever they are at. But while a thread of this process holds the lock, waits
   * for it, or for a signal, the memory stays mapped, and plain access works as before, on all
   * threads: who waits is told within 10 ms that it is closed, who holds it gives it back in his
   * own time. Called by the process that made it, or by the program it belongs to, it also ends it
   * for those who have not mapped it yet; who has, keeps it. Closing twice does nothing.
   *
   * @throws IllegalStateException if a native call has been using the memory for ten seconds
   */
  @Override
  public void close() {
    segment.close();
  }

  /** Returns whether {@link #close} was called in this process. */
  public boolean isClosed() {
    return segment.mapping().isClosed();
  }

  /**
   * Serialization asks.
   *
   * @throws IllegalStateException if it is closed
   */
  final Object writeReplace() {
    return segment.handOut(standsForLock());
  }

  /**
   * Refuses a stream that has what no handle stands for.
   *
   * @throws InvalidObjectException always
   */
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("shared memory is read from its handle only");
  }

  /** Returns whether what travels is the lock alone. */
  boolean standsForLock() {
    return false;
  }

  /** Returns what to throw in place of what the JDK says of memory that is unmapped. */
  final IllegalStateException closed(IllegalStateException thrown) {
    return isClosed() ? segment.closed(thrown) : thrown;
  }
}
