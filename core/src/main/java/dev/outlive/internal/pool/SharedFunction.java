package dev.outlive.internal.pool;

import java.nio.ByteBuffer;

/**
 * A function that travels to each worker once.
 *
 * @param number its number in the pool, from 1
 * @param code the encoded function
 */
record SharedFunction(long number, ByteBuffer code) {}
