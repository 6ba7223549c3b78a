package dev.outlive.cli;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a method returned, as text: made in the worker, so that the result's own class need not be
 * known here. Immutable.
 *
 * @param text {@code String.valueOf} of the result; null if it was null
 */
record Answer(@Nullable String text) implements Serializable {}
