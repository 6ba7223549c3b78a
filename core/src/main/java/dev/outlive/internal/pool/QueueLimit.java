package dev.outlive.internal.pool;

import dev.outlive.policy.FullQueuePolicy;

/**
 * How much may wait for a worker of what is submitted task by task.
 *
 * @param tasks how many tasks
 * @param bytes how many bytes of their encoded arguments; a larger one may wait alone
 * @param whenFull what becomes of a caller who finds no room
 */
public record QueueLimit(int tasks, long bytes, FullQueuePolicy whenFull) {}
