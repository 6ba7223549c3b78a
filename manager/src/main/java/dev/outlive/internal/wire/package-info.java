/** All that a manager's server and its clients must agree on: sockets, frames, messages, values. */
@NullMarked
package dev.outlive.internal.wire;

import org.jspecify.annotations.NullMarked;
