/**
 * What went wrong, in words: causes of death, diagnoses with their evidence, and the exceptions
 * that carry them.
 *
 * <table>
 * <caption>Who throws what: get() as the cause of an ExecutionException, call and map directly</caption>
 * <tr><th>what happened</th><th>future.get()</th><th>call</th><th>map</th></tr>
 * <tr><td>the task threw X</td><td>X</td>
 *     <td>{@link TaskFailedException}, cause X</td>
 *     <td rowspan="3">{@link dev.outlive.task.MapFailedException}, cause as from get()</td></tr>
 * <tr><td>its worker died</td><td colspan="2">{@link WorkerDiedException}</td></tr>
 * <tr><td>it ran or waited too long</td>
 *     <td colspan="2">{@link TaskTimeoutException}</td></tr>
 * <tr><td>a policy said ABORT</td>
 *     <td colspan="3">{@link PoolAbortedException}</td></tr>
 * <tr><td>workers cannot start</td>
 *     <td colspan="3">{@link PoolBrokenException}</td></tr>
 * </table>
 *
 * <pre>
 *  WorkerDiedException, TaskTimeoutException, Outcome.Died, KilledTask, PoolEvent.WorkerDied
 *      '--> Diagnosis   summary, advice, exit value, signal, crash report, stacks, last output
 *              |-------> Cause      why
 *              |-------> Certainty  how sure
 *              '-------> Evidence   what was seen, and where
 * </pre>
 *
 * <p>Of an exception that cannot be decoded here comes a {@link RemoteError}; a value that cannot
 * be, an {@link UndecodableException}. Where the task was submitted is told by a suppressed {@link
 * SubmittedHere}.
 */
@NullMarked
package dev.outlive.failure;

import org.jspecify.annotations.NullMarked;
