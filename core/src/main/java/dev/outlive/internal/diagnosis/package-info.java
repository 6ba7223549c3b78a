/** From evidence to a diagnosis: ordered rules, the first that matches decides. */
@NullMarked
package dev.outlive.internal.diagnosis;

import org.jspecify.annotations.NullMarked;
