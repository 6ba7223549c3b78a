/** For tests of programs that use Outlive: ways to die, and a check that nothing is left. */
@NullMarked
package dev.outlive.testkit;

import org.jspecify.annotations.NullMarked;
