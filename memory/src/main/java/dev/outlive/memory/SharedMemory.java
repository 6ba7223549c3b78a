package dev.outlive.memory;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memory that processes share, as the JDK's {@link MemorySegment}: for structures of your own, and
 * to hand to native code. All of it is zero at first, and its room is reserved when it is made.
 *
 * <p>One with a name is found by processes that nobody can hand it to:
 *
 * {@snippet file="dev/outlive/memory/snippets/MemorySnippets.java" region="named"}
 *
 * <p>A name is known to all processes of this user on this machine. It ends when its maker, or the
 * program that made it, closes it or ends; who has opened it by then keeps the memory. Safe for use
 * by many threads and processes; what is written without the lock, or volatile access, others see
 * at some time.
 */
public final class SharedMemory extends Shared {
  private static final long serialVersionUID = 1;

  /** What the user has of them does not hold them, so this does until they are closed. */
  private static final Set<SharedMemory> HANDED_OUT = ConcurrentHashMap.newKeySet();

  SharedMemory(Segment segment) {
    super(segment);
  }

  /**
   * Makes memory without a name.
   *
   * @param bytes its size, 0 and more
   * @throws SharedMemoryException if there is no room
   */
  public static SharedMemory create(long bytes) {
    return create(Optional.empty(), bytes);
  }

  /**
   * Makes memory with a name.
   *
   * @param name 1 to 100 of {@code A-Z a-z 0-9 . _ -}
   * @param bytes its size, 0 and more
   * @throws SharedMemoryException if there is no room, or the name is taken
   */
  public static SharedMemory create(String name, long bytes) {
    String _ = SegmentFiles.secondName(name); // refused at once
    return create(Optional.of(name), bytes);
  }

  private static SharedMemory create(Optional<String> name, long bytes) {
    return (SharedMemory)
        SegmentTable.create(SegmentType.MEMORY, SegmentType.MEMORY.bytes(bytes), name).face();
  }

  /**
   * Finds memory by its name; within one process always the same object.
   *
   * @param name as for {@link #create(String, long)}
   * @throws SharedMemoryException if there is none of that name
   */
  public static SharedMemory open(String name) {
    return (SharedMemory) SegmentTable.open(name).face();
  }

  /** Returns its size. */
  public long bytes() {
    return mapped().data().byteSize();
  }

  /**
   * Returns the memory itself, from any thread, aligned to 64 bytes. After {@link #close} each
   * access to it throws {@link IllegalStateException}. An object whose memory was asked for stays
   * until it is closed.
   *
   * @throws IllegalStateException if it is closed
   */
  public MemorySegment segment() {
    HANDED_OUT.add(this);
    if (isClosed()) {
      HANDED_OUT.remove(this);
      throw mapped().closed(null);
    }
    return mapped().data();
  }

  @Override
  public void close() {
    HANDED_OUT.remove(this);
    super.close();
  }
}
