/** Tests with real processes: each one that a test starts is ended by the test, by its number. */
@NullMarked
package dev.outlive.os;

import org.jspecify.annotations.NullMarked;
