/**
 * What others may implement: where workers run, and how values travel.
 *
 * <pre>
 *  pool ---> WorkerBackend.launch ---------------------------> a worker, wherever it runs
 *   |                                                              ^   |
 *   '--> WorkerHandle: offer, send a Frame, revoke, kill ----------'   |
 *                      (Revocation, KillReason)                        |
 *   ^--- WorkerObserver: started, frames, dying, died with its Death --|
 *   ^--- OutputObserver: what it prints -------------------------------'
 * </pre>
 *
 * <pre>
 *  inputs, results &lt;--> TaskCodec &lt;--> bytes     here and in the workers; code travels without it
 * </pre>
 *
 * <p>{@code WorkerBackendKit} and {@code TaskCodecKit} of the testkit have the contracts as tests.
 */
@NullMarked
package dev.outlive.spi;

import org.jspecify.annotations.NullMarked;
