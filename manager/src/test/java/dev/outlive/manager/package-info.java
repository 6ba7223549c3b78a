/** Tests of the manager, against real servers and real clients that die. */
@org.jspecify.annotations.NullMarked
package dev.outlive.manager;
