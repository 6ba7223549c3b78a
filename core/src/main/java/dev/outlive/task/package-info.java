/** What a user hands in and gets back: tasks, their options, futures and outcomes. */
@NullMarked
package dev.outlive.task;

import org.jspecify.annotations.NullMarked;
