package dev.outlive.internal.pool;

import java.nio.ByteBuffer;

/**
 * What a worker sent about one item, still encoded.
 *
 * @param payload a value, or a thrown exception
 * @param copy for an exception: its faithful copy; otherwise empty
 * @param ranNanos how long the item ran in its worker
 */
record ItemResult(ByteBuffer payload, ByteBuffer copy, long ranNanos) {}
