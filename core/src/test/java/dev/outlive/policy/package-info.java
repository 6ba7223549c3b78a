@NullMarked
package dev.outlive.policy;

import org.jspecify.annotations.NullMarked;
