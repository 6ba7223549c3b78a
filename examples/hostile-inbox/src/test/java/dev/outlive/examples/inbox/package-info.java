/** Tests of the hostile inbox: what is due for a document is what happens. */
@NullMarked
package dev.outlive.examples.inbox;

import org.jspecify.annotations.NullMarked;
