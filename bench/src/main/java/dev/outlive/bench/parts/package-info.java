/** Single parts of Outlive, measured by JMH: {@code bench/run --jmh}. */
@NullMarked
package dev.outlive.bench.parts;

import org.jspecify.annotations.NullMarked;
