/** Real processes that really die, seen through the public API alone. */
@NullMarked
package dev.outlive.systemtests;

import org.jspecify.annotations.NullMarked;
