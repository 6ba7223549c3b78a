/** What the build checks about the repository as a whole. */
@NullMarked
package dev.outlive.build;

import org.jspecify.annotations.NullMarked;
