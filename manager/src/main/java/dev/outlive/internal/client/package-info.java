/** What a process has of a manager: connections, and proxies of the objects in its server. */
@NullMarked
package dev.outlive.internal.client;

import org.jspecify.annotations.NullMarked;
