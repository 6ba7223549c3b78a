package dev.outlive.memory;

import static dev.outlive.memory.SegmentLayout.DATA_AT;

import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Program;
import dev.outlive.os.RobustMutex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All segments that this process has mapped, each once. One thread at a time makes, maps or finds:
 * where the lock is one on the file, a second descriptor that is closed would drop it (fcntl(2)). A
 * long file, as one lock guards all of it.
 */
final class SegmentTable {
  private static final Map<Key, WeakReference<Segment>> MAPPED = new HashMap<>();

  /** What this process has made and has told others of. */
  private static final Map<Key, Backing> MADE = new HashMap<>();

  /**
   * What others know of and whose lock on the file was used here: it stays mapped until it is
   * closed. It could be mapped anew while the cleaner has not yet closed the old descriptor, which
   * drops all locks of this process on the file (fcntl(2)).
   */
  private static final Set<Segment> KEPT = new HashSet<>();

  /**
   * Mappings that have a descriptor for the lock on the file; closed ones, while a thread is at the
   * lock: until it has left, the file is not opened again.
   */
  private static final Map<Key, Mapping> LOCKED = new HashMap<>();

  /** Segments that lie in files, which may have two names, by what tells their file from others. */
  private static final Map<Object, Key> FILES = new HashMap<>();

  private static final ProcessIdentity SELF =
      ProcessIdentity.of(ProcessHandle.current().pid())
          .orElseThrow(() -> new IllegalStateException("this process does not find itself"));

  private static long number;

  private SegmentTable() {}

  /** Names a segment. */
  private record Key(ProcessIdentity maker, long number) {
    static Key of(SegmentHandle handle) {
      return new Key(handle.maker(), handle.number());
    }
  }

  static ProcessIdentity self() {
    return SELF;
  }

  /**
   * Makes a segment of zeros and maps it.
   *
   * @param name its second name; empty for none
   * @throws SharedMemoryException if there is no room, or the name is taken
   */
  static synchronized Segment create(SegmentType type, long dataBytes, Optional<String> name) {
    return undisturbed(() -> make(type, dataBytes, name));
  }

  /** An interrupt closes the channel that a thread is at; here it waits until all is done. */
  private static <T> T undisturbed(Supplier<T> work) {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          return work.get();
        } catch (SharedMemoryException e) {
          if (!(e.getCause() instanceof ClosedByInterruptException)) {
            throw e;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Guarded by the class, as all that follows. */
  private static Segment make(SegmentType type, long dataBytes, Optional<String> name) {
    forget();
    number++;
    long bytes = DATA_AT + dataBytes;
    Backing backing = SegmentFiles.make(type, SELF, number, bytes, name.isPresent());
    Arena arena = Arena.ofShared();
    boolean made = false;
    try (OpenFile file = new OpenFile(backing.path())) {
      MemorySegment all = file.map(bytes, arena);
      boolean robust = RobustMutex.available() && !Program.current().portable();
      SegmentHeader.write(all, type, dataBytes, SELF, number, robust);
      if (name.isPresent()) {
        backing = SegmentFiles.named(backing, name.get());
      }
      Segment segment =
          new Segment(
              SegmentHandle.of(type, SELF, number, bytes, backing),
              new Mapping(arena, all, backing));
      put(segment, SegmentFiles.key(backing.path()));
      made = true;
      return segment;
    } catch (IOException e) {
      throw new SharedMemoryException(
          "cannot map "
              + bytes
              + " bytes of "
              + backing.path()
              + ": "
              + e.getMessage()
              + ". Each segment has a descriptor until it is closed: close what is not used any"
              + " more, or raise ulimit -n",
          e);
    } finally {
      if (!made) {
        arena.close();
        backing.end();
      }
    }
  }

  private static void put(Segment segment, Optional<Object> file) {
    Key key = Key.of(segment.handle());
    MAPPED.put(key, new WeakReference<>(segment));
    file.ifPresent(is -> FILES.put(is, key));
  }

  /**
   * Others get to know of a segment: who has made it can end it, also when he has lost it and gets
   * it back.
   */
  static synchronized void handOut(Segment segment) {
    Backing own = segment.mapping().handOut();
    if (own != null) {
      MADE.put(Key.of(segment.handle()), own);
    }
    keepIfLockedByFile(segment);
  }

  /**
   * Opens the file of a segment for the lock on it, which a mapping alone does not need, once. Who
   * asks has entered the mapping.
   *
   * @throws SharedMemoryException if the file is no more
   */
  static synchronized FileChannel openForLock(Segment segment) {
    return undisturbed(() -> lockFile(segment));
  }

  private static FileChannel lockFile(Segment segment) {
    if (segment.mapping().isClosed()) {
      throw segment.closed(null);
    }
    SegmentHandle handle = segment.handle();
    Path path = SegmentFiles.find(handle);
    Key other = SegmentFiles.key(path).map(FILES::get).orElse(null);
    try (Arena arena = Arena.ofConfined()) {
      if (other != null && !other.equals(Key.of(handle))) {
        throw new IOException(
            "another segment is there now"); // and may be locked by us: not opened
      }
      try (OpenFile file = new OpenFile(path)) {
        MemorySegment _ = SegmentHeader.checked(handle, file, arena);
        FileChannel channel = file.keep();
        segment.mapping().lockedBy(channel);
        LOCKED.put(Key.of(handle), segment.mapping());
        keepIfLockedByFile(segment);
        return channel;
      }
    } catch (IOException gone) {
      throw SegmentFiles.gone(handle, gone);
    }
  }

  private static void keepIfLockedByFile(Segment segment) {
    Mapping mapping = segment.mapping();
    if (mapping.isLockedByFile() && mapping.isHandedOut() && !mapping.isClosed()) {
      KEPT.add(segment);
    }
  }

  /** Nobody is at the lock of a mapping that is closed. */
  static synchronized void closeLockFile(Mapping mapping, FileChannel file) {
    if (LOCKED.values().remove(mapping)) {
      try {
        file.close();
      } catch (IOException nothingWasWritten) {
        // the descriptor is free all the same (close(2))
      }
    }
  }

  private static void requireUnlocked(Key key) {
    if (LOCKED.containsKey(key)) {
      throw new SharedMemoryException(
          "segment "
              + key.maker().pid()
              + "-"
              + key.number()
              + " was closed by this process, and a thread of it still holds its lock, or waits"
              + " for it");
    }
  }

  /**
   * Returns the segment that a handle stands for, and maps it if this process has not.
   *
   * @throws SharedMemoryException if it is no more
   */
  static synchronized Segment find(SegmentHandle handle) {
    return mapped(Key.of(handle)).orElseGet(() -> undisturbed(() -> map(handle)));
  }

  /**
   * Returns the segment that has a second name, and maps it if this process has not; then the file
   * is not even opened.
   *
   * @throws SharedMemoryException if there is none
   */
  static synchronized Segment open(String name) {
    Optional<Key> known = SegmentFiles.key(SegmentFiles.second(name)).map(FILES::get);
    Optional<Segment> mapped = known.flatMap(SegmentTable::mapped);
    if (mapped.isPresent()) {
      return mapped.get();
    }
    known.ifPresent(SegmentTable::requireUnlocked);
    return find(undisturbed(() -> SegmentFiles.read(name)));
  }

  private static Segment map(SegmentHandle handle) {
    forget();
    Key key = Key.of(handle);
    requireUnlocked(key);
    Path path = SegmentFiles.find(handle);
    Optional<Object> is = SegmentFiles.key(path); // before: it is that of what is checked then
    Backing own = MADE.get(key);
    if (own == null && handle.descriptor() < 0 && SegmentFiles.isOurs(handle)) {
      own = SegmentFiles.backing(handle);
    }
    Arena arena = Arena.ofShared();
    boolean made = false;
    try (OpenFile file = new OpenFile(path)) {
      MemorySegment all = SegmentHeader.checked(handle, file, arena);
      Segment segment = new Segment(handle, new Mapping(arena, all, own));
      Backing _ = segment.mapping().handOut();
      put(segment, is);
      made = true;
      return segment;
    } catch (IOException gone) {
      throw SegmentFiles.gone(handle, gone);
    } finally {
      if (!made) {
        arena.close();
      }
    }
  }

  private static Optional<Segment> mapped(Key key) {
    return Optional.ofNullable(MAPPED.get(key))
        .map(WeakReference::get)
        .filter(segment -> !segment.mapping().isClosed());
  }

  private static void forget() {
    MAPPED.values().removeIf(reference -> reference.get() == null);
    FILES.values().removeIf(key -> !MAPPED.containsKey(key) && !LOCKED.containsKey(key));
  }

  /**
   * Nobody finds it here any more, nor enters it.
   *
   * @return whether nobody is at its lock
   */
  static synchronized boolean close(Segment segment) {
    Key key = Key.of(segment.handle());
    MADE.remove(key);
    KEPT.remove(segment);
    WeakReference<Segment> now = MAPPED.get(key);
    if (now != null && now.refersTo(segment)) {
      MAPPED.remove(key);
    }
    return segment.mapping().shut();
  }
}
