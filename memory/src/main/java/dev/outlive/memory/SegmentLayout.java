package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.VarHandle;

/**
 * How a segment looks. Numbers are of the machine's byte order: it never leaves the machine.
 *
 * <pre>
 *     +0          +8          +16         +24         +32         +40   +44   +48   +52   +56
 *   0 | magic     | maker pid | its start | number    | bytes     | type| lock| seq.|state|     |
 *     +-----------+-----------+-----------+-----------+-----------+-----+-----+-----+-----+-----+
 *  64 | pthread_mutex_t: 40 bytes on x86-64, 48 on arm64                                        |
 *     +-----------+-----------+-----------+-----------------------------------------------------+
 * 128 | pid       | its start | thread id | thread's name, 40 bytes UTF-8    who holds the lock |
 *     +-----------+-----------+-----------+-----------------------------------------------------+
 * 192 | pid       | its start | thread id | thread's name, 40 bytes UTF-8      who died with it |
 *     +-----------+-----------+-----------+-----------------------------------------------------+
 * 256 | data, from a cache line of its own                                                      |
 *
 * number  counts the segments of its maker: maker and number name the segment
 * type    number of SegmentType
 * lock    1: the mutex at 64; 2: a lock on byte 64 of the file
 * seq.    is counted up by each signal; waiters sleep on it, futex(2)
 * state   0: whole; 1: broken, an owner has died and nobody has repaired what the lock guards
 * pid     0: nobody. Written last when the lock was taken, cleared first before it is given back
 * </pre>
 */
final class SegmentLayout {
  static final long MAGIC = 0x4f75_746c_6976_6531L; // "Outlive1"

  static final long MAGIC_AT = 0;
  static final long MAKER_AT = 8;
  static final long MAKER_START_AT = 16;
  static final long NUMBER_AT = 24;
  static final long BYTES_AT = 32;
  static final long TYPE_AT = 40;
  static final long LOCK_AT = 44;
  static final long SEQUENCE_AT = 48;
  static final long STATE_AT = 52;
  static final long MUTEX_AT = 64;
  static final long HOLDER_AT = 128;
  static final long DEAD_AT = 192;
  static final long DATA_AT = 256;

  /** Within a note of who holds, or has held. */
  static final long PID = 0;

  static final long START = 8;
  static final long THREAD = 16;
  static final long NAME = 24;
  static final int NAME_BYTES = 40;

  static final int ROBUST = 1;
  static final int FILE = 2;

  static final int WHOLE = 0;
  static final int BROKEN = 1;

  static final VarHandle INT = JAVA_INT.varHandle();
  static final VarHandle LONG = JAVA_LONG.varHandle();

  private SegmentLayout() {}
}
