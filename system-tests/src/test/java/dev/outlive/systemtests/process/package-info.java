/** What becomes of processes, their links and their files when one of them dies. */
@NullMarked
package dev.outlive.systemtests.process;

import org.jspecify.annotations.NullMarked;
