/** Shared memory in pools. */
@NullMarked
package dev.outlive.systemtests.shared;

import org.jspecify.annotations.NullMarked;
