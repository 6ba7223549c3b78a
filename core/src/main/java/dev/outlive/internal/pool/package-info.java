/** The parent's rules: the pure state, and those who carry its effects out. */
@NullMarked
package dev.outlive.internal.pool;

import org.jspecify.annotations.NullMarked;
