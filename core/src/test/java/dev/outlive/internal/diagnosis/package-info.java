@NullMarked
package dev.outlive.internal.diagnosis;

import org.jspecify.annotations.NullMarked;
