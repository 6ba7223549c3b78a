/** What the Javadoc shows; the compiler sees to it that it is right. */
@NullMarked
package dev.outlive.memory.snippets;

import org.jspecify.annotations.NullMarked;
