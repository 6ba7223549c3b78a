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
 * <p>{@code WorkerBackendKit} of the testkit holds an implementation to the contract.
 */
@NullMarked
package dev.outlive.spi;

import org.jspecify.annotations.NullMarked;
