/** The server of a manager: the one worker of a pool, which lets clients in and calls objects. */
@NullMarked
package dev.outlive.internal.server;

import org.jspecify.annotations.NullMarked;
