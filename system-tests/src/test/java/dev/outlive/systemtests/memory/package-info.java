/** System tests of what a pool does about memory, with real control groups and real kills. */
@NullMarked
package dev.outlive.systemtests.memory;

import org.jspecify.annotations.NullMarked;
