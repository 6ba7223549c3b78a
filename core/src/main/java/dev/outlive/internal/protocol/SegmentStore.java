package dev.outlive.internal.protocol;

import dev.outlive.os.MappedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The segments that this process writes parts of values into, for another one to read. Each is used
 * again once it is given back: its pages are there already, and that is what makes it fast (a fresh
 * one costs four times the copy). What nobody has used for a while is deleted.
 *
 * <pre>
 *   made --> IN USE --release--> FREE --take--> IN USE
 *                                  +--trim, or no room for another--> deleted
 * </pre>
 *
 * <p>Safe for use by many threads.
 */
public final class SegmentStore implements Segments {
  /** Makes none: all parts travel in the stream. */
  public static final SegmentStore NONE = new SegmentStore(null, 0);

  private static final long LEAST_BYTES = 256 << 10;

  /** Each is a mapping, of which a process has 65,530 (vm.max_map_count). */
  private static final int MOST_SEGMENTS = 1_024;

  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A segment is not wasted on a value that fills less of it. */
  private static final long LEAST_SHARE = 8;

  private final @Nullable BulkPlace place;
  private long mostBytes; // guarded by this; below 0: the place has not been asked yet
  private final Map<Long, Segment> segments = new HashMap<>(); // guarded by this
  private long bytesInAll; // guarded by this: also of those that are being made
  private long lastNumber; // guarded by this
  private boolean closed; // guarded by this

  /** One segment of a store. */
  public static final class Segment {
    private final long number;
    private final MappedFile file;
    private boolean free; // guarded by the store
    private long freeSince; // guarded by the store

    private Segment(long number, MappedFile file) {
      this.number = number;
      this.file = file;
    }

    long number() {
      return number;
    }

    MappedFile file() {
      return file;
    }

    private long bytes() {
      return file.memory().byteSize();
    }
  }

  /** Creates a store that holds as much as its place allows, which is found out when needed. */
  public SegmentStore(BulkPlace place) {
    this(place, -1);
  }

  /**
   * Creates a store.
   *
   * @param place where its files lie; null: it makes none
   * @param mostBytes how much it may hold
   */
  public SegmentStore(@Nullable BulkPlace place, long mostBytes) {
    this.place = place;
    this.mostBytes = mostBytes;
  }

  boolean isNone() {
    return place == null;
  }

  /**
   * Returns a segment of at least that many bytes, to be written by the caller alone until it is
   * released; empty if there is no room for it.
   */
  Optional<Segment> take(long bytes) {
    long rounded = rounded(bytes);
    long number;
    synchronized (this) {
      if (place == null || closed) {
        return Optional.empty();
      }
      mostBytes = mostBytes < 0 ? place.mostBytes() : mostBytes;
      Optional<Segment> found =
          segments.values().stream()
              .filter(s -> s.free && s.bytes() >= bytes && s.bytes() / LEAST_SHARE <= rounded)
              .min(Comparator.comparingLong(Segment::bytes).thenComparingLong(s -> -s.freeSince));
      if (found.isPresent()) {
        found.get().free = false;
        return found;
      }
      if (!hasRoom(rounded)) {
        deleteFree(Long.MAX_VALUE);
      }
      if (!hasRoom(rounded)) {
        return Optional.empty();
      }
      bytesInAll += rounded;
      number = ++lastNumber;
    }
    return make(place.file(number), number, rounded);
  }

  /** Guarded by this. */
  private boolean hasRoom(long more) {
    return segments.size() < MOST_SEGMENTS && bytesInAll + more <= mostBytes;
  }

  /** Sizes that come near each other are the same, so that a segment suits more than one value. */
  private static long rounded(long bytes) {
    long step = Math.max(LEAST_BYTES, Long.highestOneBit(bytes) / 4);
    return (bytes + step - 1) / step * step;
  }

  /** Without the lock: it takes milliseconds. */
  private Optional<Segment> make(Path path, long number, long bytes) {
    Segment made = null;
    try {
      made = new Segment(number, MappedFile.create(path, bytes));
    } catch (IOException noRoom) {
      // then it travels in the stream, as it does where there is no such memory at all
    }
    synchronized (this) {
      if (made == null) {
        bytesInAll -= bytes;
        deleteFree(Long.MAX_VALUE);
        return Optional.empty();
      }
      segments.put(number, made);
      if (closed) {
        delete(made);
        return Optional.empty();
      }
      return Optional.of(made);
    }
  }

  /** The other side is done with it. Does nothing for a number that is none, or was given back. */
  public synchronized void release(long number) {
    Segment segment = segments.get(number);
    if (segment != null && !segment.free) {
      segment.free = true;
      segment.freeSince = System.nanoTime();
      if (closed) {
        delete(segment);
        segments.remove(number);
      }
    }
  }

  /** Deletes what was not used for a while; returns whether there is something left to be kept. */
  @Override
  public synchronized boolean trim(long now) {
    deleteFree(now - KEPT_NANOS);
    return !segments.isEmpty();
  }

  /** Guarded by this. */
  private void deleteFree(long unusedSince) {
    for (Iterator<Segment> all = segments.values().iterator(); all.hasNext(); ) {
      Segment segment = all.next();
      if (segment.free && segment.freeSince <= unusedSince) {
        all.remove();
        delete(segment);
      }
    }
  }

  /** Guarded by this. Nobody is at it. */
  private void delete(Segment segment) {
    bytesInAll -= segment.bytes();
    segment.file.close();
    if (place != null) {
      try {
        Files.deleteIfExists(place.file(segment.number));
      } catch (IOException e) {
        // it goes with the pool
      }
    }
  }

  /** Reads what was written here. */
  @Override
  public <T> T with(long number, Use<T> use) throws IOException {
    Segment segment;
    synchronized (this) {
      segment = segments.get(number);
    }
    if (segment == null) {
      throw new FileNotFoundException("no segment has the number " + number);
    }
    return use.on(segment.file.memory());
  }

  @Override
  public synchronized long mostBytes() {
    return mostBytes;
  }

  /** Deletes what is free, and the rest once it is released; makes no more. */
  @Override
  public synchronized void close() {
    closed = true;
    deleteFree(Long.MAX_VALUE);
  }
}
