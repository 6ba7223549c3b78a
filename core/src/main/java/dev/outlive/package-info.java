/**
 * A process pool that outlives its workers: the entry.
 *
 * <p>What becomes of a task:
 *
 * <pre>
 *  submit(task)   encoded in the caller's thread, and refused there if it cannot travel
 *      |
 *      v
 *   waits ---------------> runs in a worker ----> returned ------------------> Success
 *    ^ ^                       |  |  |  |
 *    | |                       |  |  |  '-------> threw ------------.
 *    | '-- worker died before  |  |  '----------> ran too long -----|  its worker is killed
 *    |     the task had begun -'  '-------------> worker died ------|  another takes its place
 *    |     (no attempt is used)                                     v
 *    '------- again, after its back-off &lt;------ yes ---- RetryPolicy names the cause,
 *                                                        and has attempts left?
 *                                                                   | no
 *                                                                   v
 *                                                        FailurePolicy
 *       FAIL: Threw, TimedOut, Died     SKIP: null in its place     ABORT: the whole pool stops
 * </pre>
 *
 * <p>What happens on a death: the first notice (a mark of the kernel, the end of its link, or its
 * exit) ends its feeding. Once its exit status is known, all that it had started is killed, and its
 * link is read to the end, so that what it had sent before it died still counts, the evidence
 * becomes a {@link dev.outlive.failure.Diagnosis}. The task that had begun is blamed; those that
 * waited behind it go to the front of the queue.
 *
 * <p>The whole API in half an hour, in this order:
 *
 * <ol>
 *   <li>{@link ProcessPool}: {@code submit}, {@code map}, {@code outcomes}, and the table of
 *       policies
 *   <li>{@link ProcessPoolBuilder}: every setting, with its default
 *   <li>{@link dev.outlive.task.TaskFuture}: what {@code get} throws, what {@code cancel} does
 *   <li>{@link dev.outlive.task.Outcome}: the five ways in which a task ends
 *   <li>{@link dev.outlive.failure.Diagnosis}, with {@link dev.outlive.failure.Cause}: why a worker
 *       died
 *   <li>{@link dev.outlive.policy.RetryPolicy}: what is tried again
 *   <li>{@link dev.outlive.policy.FailurePolicy}: what becomes of the rest
 *   <li>{@link dev.outlive.task.TaskContext}: what a task knows about itself
 * </ol>
 *
 * <p>Then the programs of {@code docs/cookbook.md}. Inside:
 *
 * <pre>
 *  caller                pool rules                         link (one per worker)      worker process
 *  submit: encode ---->  Event.TaskSubmitted
 *                        PoolState.apply -> Effect.Deliver --> WorkerProcess.send ---> TaskRunner:
 *                                                                                      decode, call,
 *                                                                                      encode
 *                        Event.ItemReturned | ItemThrew &lt;----- WorkerProcess.readLink &lt; publish
 *                        Effect.CompleteItem --> user threads: decode, complete the future
 *
 *  first notice --> Event.WorkerDying
 *  exit known and link drained --> evidence --> Diagnostician --> Event.WorkerDied
 * </pre>
 */
@NullMarked
package dev.outlive;

import org.jspecify.annotations.NullMarked;
