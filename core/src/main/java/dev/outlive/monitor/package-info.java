/**
 * What a pool tells about itself while it runs.
 *
 * <pre>
 *  asked                                     told
 *  what is it doing?     PoolSnapshot        each event, in order    PoolEvent --> PoolListener
 *  which attempts died?  KilledTask          each line, as it comes  OutputLine --> OutputSink
 * </pre>
 *
 * <p>{@link OutputMode} says what becomes of that which tasks print where there is no sink.
 */
@NullMarked
package dev.outlive.monitor;

import org.jspecify.annotations.NullMarked;
