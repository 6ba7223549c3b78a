@NullMarked
package dev.outlive.bench.speed;

import org.jspecify.annotations.NullMarked;
