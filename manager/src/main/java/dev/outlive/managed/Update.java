package dev.outlive.managed;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A function from a value to the one that takes its place, which travels to the manager's server
 * and is run there. It must be pure, and must not call the object that it updates.
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Update<T extends @Nullable Object> extends UnaryOperator<T>, Serializable {}
