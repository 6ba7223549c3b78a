/**
 * A folder of small documents, some of which kill, hang or bloat whoever reads them, and the plain
 * Java function that reads them. Nothing here knows Outlive: the same function runs in a thread
 * pool and in a process pool, and the difference is the point.
 */
@NullMarked
package dev.outlive.examples.inbox;

import org.jspecify.annotations.NullMarked;
