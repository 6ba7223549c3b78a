/**
 * A process pool that outlives its workers: the entry.
 *
 * <p>How data flows:
 *
 * <pre>
 *  caller                pool rules                         link (one per worker)      worker process
 *  submit: encode ---->  Event.TaskSubmitted
 *                        PoolState.apply -> Effect.Deliver --> WorkerProcess.send ---> TaskRunner:
 *                                                                                      decode, call,
 *                                                                                      encode
 *                        Event.ItemReturned | ItemThrew &lt;----- WorkerProcess.read &lt;--- publish
 *                        Effect.CompleteItem --> user threads: decode, complete the future
 *
 *  first notice (end of link, or exit) --> Event.WorkerDying: it gets nothing more
 *  exit known and link drained --> evidence --> Diagnostician --> Event.WorkerDied
 *      the item it had begun is blamed: retry, skip, fail or abort; the rest goes elsewhere
 * </pre>
 */
@NullMarked
package dev.outlive;

import org.jspecify.annotations.NullMarked;
