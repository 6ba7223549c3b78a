/**
 * What a user hands in and gets back: tasks, their options, futures and outcomes.
 *
 * <pre>
 *  handed in                              with           comes back
 *  Task, Action                           TaskOptions    TaskFuture
 *  TaskFunction, ItemAction, and inputs   MapOptions     List, TaskFuture of one, Stream
 *           |
 *           '--> while it runs in its worker: TaskContext (attempt, progress, cancelled?)
 *
 *  TaskFuture --> Outcome     Success | Threw | Died | TimedOut | Cancelled
 *      |             '------> TaskRecord: name, attempts, times, the deaths on the way
 *      '--------> TaskOutput  the end of what it printed to each TaskStream
 *  MapFailedException         the input at which a map failed, and all outcomes so far
 * </pre>
 */
@NullMarked
package dev.outlive.task;

import org.jspecify.annotations.NullMarked;
