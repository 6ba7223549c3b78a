@NullMarked
package dev.outlive.internal.pool;

import org.jspecify.annotations.NullMarked;
