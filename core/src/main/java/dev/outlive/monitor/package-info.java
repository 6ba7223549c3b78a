/** What a pool tells about itself while it runs. */
@NullMarked
package dev.outlive.monitor;

import org.jspecify.annotations.NullMarked;
