package dev.outlive.internal.service;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a collection held at one moment.
 *
 * @param version rises with every change
 * @param elements in their order
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two
public record Snapshot(long version, @Nullable Object[] elements) implements Serializable {}
