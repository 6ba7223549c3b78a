package dev.outlive.internal.service;

import java.io.Serializable;

/**
 * Entries of a map at one moment.
 *
 * @param keys the keys
 * @param values the value of each
 * @param stamps for each what changes whenever another value is put, be it an equal one
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two
public record Entries(Object[] keys, Object[] values, long[] stamps) implements Serializable {}
