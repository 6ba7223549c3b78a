/**
 * What went wrong, in words: causes of death, diagnoses with their evidence, and the exceptions
 * that carry them.
 */
@NullMarked
package dev.outlive.failure;

import org.jspecify.annotations.NullMarked;
