/** Outlive as a contender: each measurement in a program of its own, as any user would write it. */
@NullMarked
package dev.outlive.bench.contender;

import org.jspecify.annotations.NullMarked;
