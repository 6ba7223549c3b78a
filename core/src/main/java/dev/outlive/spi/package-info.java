/** What others may implement: where workers run, and how values travel. */
@NullMarked
package dev.outlive.spi;

import org.jspecify.annotations.NullMarked;
