/**
 * A server process for shared objects: {@link dev.outlive.manager.Manager} starts one or joins one,
 * and makes the objects in it.
 */
@NullMarked
package dev.outlive.manager;

import org.jspecify.annotations.NullMarked;
