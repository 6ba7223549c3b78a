/** A program in a jar of jars, as Spring Boot packs it. */
@NullMarked
package dev.outlive.systemtests.serve.nested;

import org.jspecify.annotations.NullMarked;
