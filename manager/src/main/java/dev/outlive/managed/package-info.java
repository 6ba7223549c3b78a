/**
 * What a manager manages: the types that the JDK has no interface for, and the exception that tells
 * of the manager's end.
 *
 * <p>All of them are references to one object in the manager's server, which many processes use at
 * the same time; what goes in and comes out of it is a copy.
 */
@NullMarked
package dev.outlive.managed;

import org.jspecify.annotations.NullMarked;
