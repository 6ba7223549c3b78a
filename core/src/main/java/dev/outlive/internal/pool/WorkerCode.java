package dev.outlive.internal.pool;

import java.nio.ByteBuffer;

/**
 * What each worker gets beside its tasks, encoded; empty: nothing.
 *
 * @param codec what it encodes results and decodes inputs with; empty: the JDK's serialisation
 * @param initializer before its first task
 * @param finalizer before it leaves
 */
public record WorkerCode(ByteBuffer codec, ByteBuffer initializer, ByteBuffer finalizer) {
  boolean initializes() {
    return initializer.hasRemaining();
  }
}
