/**
 * The pieces of programs that the Javadoc of the manager shows, compiled. Each lies between {@code
 * @start region=…} and {@code @end}.
 */
@NullMarked
package dev.outlive.snippets;

import org.jspecify.annotations.NullMarked;
