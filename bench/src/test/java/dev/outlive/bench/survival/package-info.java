@NullMarked
package dev.outlive.bench.survival;

import org.jspecify.annotations.NullMarked;
