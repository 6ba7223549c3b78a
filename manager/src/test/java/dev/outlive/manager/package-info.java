/** Tests of the manager against servers in processes of their own. */
@NullMarked
package dev.outlive.manager;

import org.jspecify.annotations.NullMarked;
