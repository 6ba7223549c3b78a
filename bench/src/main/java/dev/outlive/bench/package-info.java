/** Outlive beside its peers: how fast each is, and what each survives. */
@NullMarked
package dev.outlive.bench;

import org.jspecify.annotations.NullMarked;
