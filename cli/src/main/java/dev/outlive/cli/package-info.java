/**
 * The command line: runs a Java function over many inputs, each in a process that may die.
 *
 * <pre>
 *  Main (picocli) --> MapCommand | DemoCommand --> Job: what to run, and how
 *                                                   |
 *   Inputs (a thread) --Read--> Run (main thread) --submit--> ProcessPool --Ended--> Run
 *   Interrupts (SIGINT) ------->  |                                                   |
 *                                 +--> InputOrder --> Results (stdout)  Report (stderr)
 * </pre>
 *
 * <pre>
 *  Main (picocli) --> DoctorCommand: DoctorLook --DoctorFacts--> DoctorWords --Checks--> DoctorTable
 * </pre>
 *
 * <p>Results go to stdout and nothing else does. Nothing depends on this module.
 */
@NullMarked
package dev.outlive.cli;

import org.jspecify.annotations.NullMarked;
