/**
 * Everything that Outlive asks of the operating system: signals, process groups, {@code /proc}, the
 * guardian. Each class works everywhere; where the platform offers less, its comment says what is
 * missing.
 */
@NullMarked
package dev.outlive.os;

import org.jspecify.annotations.NullMarked;
