package dev.outlive.monitor;

import dev.outlive.failure.Diagnosis;

/**
 * An attempt that was lost with its worker.
 *
 * @param function the task's name: given, or that of its function
 * @param argument the input in text, at most 200 characters; empty for a single task
 * @param task the number of the task in its pool, from 1
 * @param index the input's index within its run, from 0; 0 for a single task
 * @param attempt which attempt it was, from 1
 * @param retried whether the task was tried again
 * @param diagnosis what killed the worker
 */
public record KilledTask(
    String function,
    String argument,
    long task,
    int index,
    int attempt,
    boolean retried,
    Diagnosis diagnosis) {}
