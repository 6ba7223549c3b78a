package dev.outlive.task;

import java.io.Serializable;
import java.util.concurrent.Callable;

/**
 * Work with a result that may travel to another process. A bare lambda or method reference becomes
 * serialisable by being typed as one.
 *
 * @param <T> the type of the result, which travels back and so must be serialisable too
 */
@FunctionalInterface
public interface Task<T> extends Callable<T>, Serializable {}
