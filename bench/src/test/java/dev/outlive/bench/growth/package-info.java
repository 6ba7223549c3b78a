@NullMarked
package dev.outlive.bench.growth;

import org.jspecify.annotations.NullMarked;
