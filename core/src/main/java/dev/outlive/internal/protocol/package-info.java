/** All that two processes must agree on: frames, messages, the page, exit codes, encoded values. */
@NullMarked
package dev.outlive.internal.protocol;

import org.jspecify.annotations.NullMarked;
