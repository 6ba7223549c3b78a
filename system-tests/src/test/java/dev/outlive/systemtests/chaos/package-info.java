/**
 * Storms: pools under random blows, and what the three ledgers say afterwards.
 *
 * <pre>
 *   Scenario   what is done to whom, how much of it: short, long       Run    all rounds of one, checked
 *   Storm      one round: a pool, its tasks, Strikes and Disturbances  Child  the same in a program that is harmed from outside
 *   Books      the ledgers: attempts (tasks), caller, injector         Evidence   what is written in them
 *   Invariant  what must hold of the evidence, one method each         Flatness   what must hold of all rounds together
 *   Fault      a wrapper that lies to the caller: each is caught       Controls   by the invariant that is meant to
 * </pre>
 */
@NullMarked
package dev.outlive.systemtests.chaos;

import org.jspecify.annotations.NullMarked;
