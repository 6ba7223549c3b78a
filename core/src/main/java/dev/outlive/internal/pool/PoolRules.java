package dev.outlive.internal.pool;

import dev.outlive.policy.RestartLimit;

/**
 * The settings that {@link PoolState} needs.
 *
 * @param crew how many workers there are
 * @param startNanos how long a worker may take until it is ready
 * @param graceNanos how long a worker may take from a polite word to the kill
 * @param pickUpNanos how long a ready worker may leave its work untouched
 * @param queueNanos how long an item may wait until it begins; {@link Long#MAX_VALUE}: for ever
 * @param memory what is to be done about memory
 * @param restartLimit how many early deaths break the pool
 * @param seed of the jitter in back-offs
 */
public record PoolRules(
    Crew crew,
    long startNanos,
    long graceNanos,
    long pickUpNanos,
    long queueNanos,
    MemoryRules memory,
    RestartLimit restartLimit,
    long seed) {}
