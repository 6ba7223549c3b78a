/** The survival table: what becomes of a pool, Outlive or another, under each of some injuries. */
@NullMarked
package dev.outlive.bench.survival;

import org.jspecify.annotations.NullMarked;
