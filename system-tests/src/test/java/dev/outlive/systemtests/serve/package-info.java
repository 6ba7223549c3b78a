/** Programs whose classes do not lie on a class path. */
@NullMarked
package dev.outlive.systemtests.serve;

import org.jspecify.annotations.NullMarked;
