@NullMarked
package dev.outlive.task;

import org.jspecify.annotations.NullMarked;
