package dev.outlive.internal.protocol;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the parts of values lie that do not travel in a stream. Safe for use by many threads. */
public interface Segments {
  /** What needs a segment for a moment. */
  @FunctionalInterface
  interface Use<T> {
    T on(MemorySegment memory) throws IOException;
  }

  /** Has none. */
  Segments NONE =
      new Segments() {
        @Override
        public <T> T with(long number, Use<T> use) throws IOException {
          throw new FileNotFoundException("there are no segments here, number=" + number);
        }

        @Override
        public long mostBytes() {
          return 0;
        }

        @Override
        public boolean trim(long now) {
          return false;
        }

        @Override
        public void close() {}
      };

  /**
   * Returns what comes of a segment.
   *
   * @throws IOException if it is not there, or ends while it is read
   */
  <T> T with(long number, Use<T> use) throws IOException;

  /** Returns how many bytes one value may have in a segment. */
  long mostBytes();

  /** Lets go of what was not used for a while; returns whether there is something left. */
  boolean trim(long now);

  /** Lets go of all that is not in use, and of the rest once it is no more. */
  void close();
}
