@NullMarked
package dev.outlive.internal.worker;

import org.jspecify.annotations.NullMarked;
