@NullMarked
package dev.outlive.internal.local;

import org.jspecify.annotations.NullMarked;
