/** The child: reads frames, runs tasks, answers. */
@NullMarked
package dev.outlive.internal.worker;

import org.jspecify.annotations.NullMarked;
