/**
 * Values, arrays and locks in memory that processes share: what one writes the others read, without
 * a message. They are captured by tasks, or passed to them, like any other object; what travels is
 * a handle, and the worker maps the same memory.
 *
 * {@snippet file="dev/outlive/memory/snippets/MemorySnippets.java" region="total"}
 *
 * <pre>
 *  Shared           close(), mutex(), isClosed()
 *    SharedInt, SharedLong, SharedDouble, SharedBoolean            like AtomicInteger ...
 *    SharedByteArray, SharedShortArray, SharedIntArray,            like int[], and like AtomicIntegerArray,
 *    SharedLongArray, SharedFloatArray, SharedDoubleArray          with lengths beyond 2^31
 *    SharedLock                                                    a java.util.concurrent.locks.Lock
 *    SharedMemory                                                  a raw MemorySegment, also by name
 * </pre>
 *
 * <p>A process that dies holds nothing up: its lock is free at once, and the next to take it is
 * told that the state it guards may be half changed ({@link
 * dev.outlive.memory.OwnerDiedException}).
 */
@NullMarked
package dev.outlive.memory;

import org.jspecify.annotations.NullMarked;
