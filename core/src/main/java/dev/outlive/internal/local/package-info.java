/** Workers that are processes of this machine. */
@NullMarked
package dev.outlive.internal.local;

import org.jspecify.annotations.NullMarked;
