@NullMarked
package dev.outlive.memory;

import org.jspecify.annotations.NullMarked;
