/** Tests of what a manager's server and its clients agree on. */
@org.jspecify.annotations.NullMarked
package dev.outlive.internal.wire;
