@NullMarked
package dev.outlive.internal.protocol;

import org.jspecify.annotations.NullMarked;
