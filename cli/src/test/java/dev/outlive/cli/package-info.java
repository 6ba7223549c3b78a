/** Tests of the command line. */
@NullMarked
package dev.outlive.cli;

import org.jspecify.annotations.NullMarked;
