/**
 * The programs of {@code docs/cookbook.md}, one class for each recipe. A test holds the page
 * against them, byte for byte, and runs each.
 */
@NullMarked
package dev.outlive.examples.cookbook;

import org.jspecify.annotations.NullMarked;
