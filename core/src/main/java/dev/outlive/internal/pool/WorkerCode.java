package dev.outlive.internal.pool;

import java.nio.ByteBuffer;

/**
 * What each worker runs beside its tasks, encoded; empty: nothing.
 *
 * @param initializer before its first task
 * @param finalizer before it leaves
 */
public record WorkerCode(ByteBuffer initializer, ByteBuffer finalizer) {
  boolean initializes() {
    return initializer.hasRemaining();
  }
}
