package dev.outlive.internal.protocol;

import dev.outlive.os.MappedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The segments that another process has written, mapped here for reading alone: whoever reads can
 * do no harm to what somebody else is to read. A mapping is kept while it is in use now and then,
 * since to map is half of what it costs. Safe for use by many threads, one at a time.
 */
public final class SegmentReader implements Segments {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final BulkPlace place;
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Mapped> mapped = new HashMap<>(); // guarded by lock
  private boolean closed; // guarded by lock

  private static final class Mapped {
    final MappedFile file;
    long usedAt;

    Mapped(MappedFile file) {
      this.file = file;
    }
  }

  /**
   * Creates a reader.
   *
   * @param place where the other process makes its segments
   * @param mostBytes how many bytes one value may have in a segment
   */
  public SegmentReader(BulkPlace place, long mostBytes) {
    this.place = place;
    this.mostBytes = mostBytes;
  }

  @Override
  public <T> T with(long number, Use<T> use) throws IOException {
    lock.lock();
    try {
      Mapped found = mapped.get(number);
      if (found == null) {
        found = new Mapped(MappedFile.open(place.file(number)));
        mapped.put(number, found);
      }
      found.usedAt = System.nanoTime();
      return use.on(found.file.memory());
    } catch (InternalError e) { // the JVM's word for a SIGBUS: there is nothing behind the mapping
      throw new IOException("segment " + number + " was shortened while it was read", e);
    } finally {
      if (closed) {
        unmap(Long.MAX_VALUE);
      }
      lock.unlock();
    }
  }

  @Override
  public long mostBytes() {
    return mostBytes;
  }

  /** Unmaps what was not used for a while, unless somebody reads; returns whether any is left. */
  @Override
  public boolean trim(long now) {
    if (!lock.tryLock()) {
      return true;
    }
    try {
      unmap(now - KEPT_NANOS);
      return !mapped.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Guarded by lock. */
  private void unmap(long unusedSince) {
    for (Iterator<Mapped> all = mapped.values().iterator(); all.hasNext(); ) {
      Mapped one = all.next();
      if (one.usedAt <= unusedSince) {
        all.remove();
        one.file.close();
      }
    }
  }

  /** Unmaps all. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      unmap(Long.MAX_VALUE);
    } finally {
      lock.unlock();
    }
  }
}
