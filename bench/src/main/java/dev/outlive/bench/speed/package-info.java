/** Outlive's speed beside that of its peers: what is measured, by whom, against which goals. */
@NullMarked
package dev.outlive.bench.speed;

import org.jspecify.annotations.NullMarked;
