/**
 * What shall happen after a failure: fail, skip, abort, retry, and when to stop restarting.
 *
 * <pre>
 *  an attempt failed --> RetryPolicy    the first one that names the cause decides
 *                            |--------> attempts left: again, after the Backoff
 *                            v
 *                        FailurePolicy  FAIL | SKIP | ABORT, for crash, exception and timeout each
 *
 *  workers die before they have begun any task --> RestartLimit: then the pool is broken
 *  submit finds the queue full ------------------> FullQueuePolicy: BLOCK | REJECT
 * </pre>
 */
@NullMarked
package dev.outlive.policy;

import org.jspecify.annotations.NullMarked;
