/** The managed objects as they are in the server, each with the interface that its proxy calls. */
@NullMarked
package dev.outlive.internal.service;

import org.jspecify.annotations.NullMarked;
