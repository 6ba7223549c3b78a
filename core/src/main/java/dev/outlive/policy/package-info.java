/** What shall happen after a failure: fail, skip, abort, retry, and when to stop restarting. */
@NullMarked
package dev.outlive.policy;

import org.jspecify.annotations.NullMarked;
