/** How cost grows: with tasks, workers, the size of results, the length of the queue. */
@NullMarked
package dev.outlive.bench.growth;

import org.jspecify.annotations.NullMarked;
