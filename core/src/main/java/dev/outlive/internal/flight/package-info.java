/** What the flight recorder is told: the one place that knows jdk.jfr, which may be missing. */
@NullMarked
package dev.outlive.internal.flight;

import org.jspecify.annotations.NullMarked;
