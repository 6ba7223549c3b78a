package dev.outlive.internal.pool;

import dev.outlive.policy.RestartLimit;

/**
 * The settings that {@link PoolState} needs.
 *
 * @param workers the most workers at a time
 * @param startNanos how long a worker may take until it is ready
 * @param graceNanos how long a worker may take from a polite word to the kill
 * @param pickUpNanos how long a ready worker may leave its work untouched
 * @param restartLimit how many early deaths break the pool
 * @param seed of the jitter in back-offs
 */
public record PoolRules(
    int workers,
    long startNanos,
    long graceNanos,
    long pickUpNanos,
    RestartLimit restartLimit,
    long seed) {}
