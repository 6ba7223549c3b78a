@NullMarked
package dev.outlive.testkit;

import org.jspecify.annotations.NullMarked;
