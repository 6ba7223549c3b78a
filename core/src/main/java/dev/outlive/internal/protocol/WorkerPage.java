package dev.outlive.internal.protocol;

import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.os.DeathMark;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The page that a worker shares with its pool: what the worker is at survives its death in it,
 * since plain stores to a mapped file outlive the process.
 *
 * <pre>
 *      0        8        16        24        32        40        48          64
 *   0  | magic  | leaving | progress done | progress total | beats | beat at | stage |
 *  64  | slot 0: word | started |                                                |
 * 128  | slot 1: word | started |          one cache line each                   |
 *      ...
 * 2112 | last word: kind | length of its text | text, UTF-8, at most 2048 bytes  |
 * 4224 | heap: used | touched | at most | told at |                             |
 * 4288 | mark |   held while the worker lives, four bytes                       |
 * 8192 | what was said and not yet sent, see {@link Unsent}                   56 KiB  |
 * 64 K | the last results in a row, see {@link RowPage}                      64 KiB  |
 * </pre>
 *
 * <p>Safe for use by many threads. Both sides treat what the other wrote as untrusted: each field
 * is one number, and none is used as an index or a length without its bounds.
 */
public final class WorkerPage implements AutoCloseable {
  /** How many deliveries can be offered at a time. */
  public static final int SLOTS = 32;

  private static final int BYTES = 128 << 10;
  private static final long MAGIC = 0x4F75746C69766531L;
  private static final long LEAVING = 8;
  private static final long PROGRESS_DONE = 16;
  private static final long PROGRESS_TOTAL = 24;
  private static final long BEATS = 32;
  private static final long BEAT_AT = 40;
  private static final long STAGE = 48;
  private static final long FIRST_SLOT = 64;
  private static final long SLOT_BYTES = 64;
  private static final long STARTED = 8;
  private static final long LAST_WORD = FIRST_SLOT + SLOTS * SLOT_BYTES;
  private static final long TEXT_LENGTH = LAST_WORD + 8;
  private static final long TEXT = TEXT_LENGTH + 8;
  private static final int TEXT_BYTES = 2048;
  private static final long HEAP_USED = 4224;
  private static final long HEAP_TOUCHED = HEAP_USED + 8;
  private static final long HEAP_MOST = HEAP_USED + 16;
  private static final long HEAP_AT = HEAP_USED + 24;
  private static final long MARK = 4288;
  private static final long UNSENT = 8192;
  private static final long ROW = 64 << 10;
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena;
  private final MemorySegment page;

  private WorkerPage(Arena arena, MemorySegment page) {
    this.arena = arena;
    this.page = page;
  }

  /**
   * Creates the file of a page, its space reserved, and maps it; for the pool.
   *
   * @throws IOException if there is no room for it
   */
  public static WorkerPage create(Path file) throws IOException {
    Files.write(file, new byte[BYTES], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    WorkerPage page = map(file);
    WORD.setVolatile(page.page, 0L, MAGIC);
    return page;
  }

  /**
   * Maps an existing page; for the worker.
   *
   * @throws IOException if it is not a page
   */
  public static WorkerPage open(Path file) throws IOException {
    if (Files.size(file) != BYTES) {
      throw new ProtocolException("a page has " + BYTES + " bytes, bytes=" + Files.size(file));
    }
    WorkerPage page = map(file);
    if ((long) WORD.getVolatile(page.page, 0L) != MAGIC) {
      page.close();
      throw new ProtocolException("not a page: " + file);
    }
    return page;
  }

  /** Creates a page that nobody shares; for the calling thread alone. */
  public static WorkerPage unshared() {
    Arena arena = Arena.ofConfined();
    return new WorkerPage(arena, arena.allocate(BYTES, SLOT_BYTES));
  }

  private static WorkerPage map(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new WorkerPage(arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena));
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  /** Returns the word of a slot. */
  public long word(int slot) {
    return (long) WORD.getVolatile(page, wordAt(slot));
  }

  /** Puts a delivery into a slot that holds none; for the pool. */
  public void offer(int slot, long delivery) {
    WORD.setVolatile(page, wordAt(slot), SlotWord.of(delivery, 0, Phase.OFFERED));
  }

  /** Changes the word of a slot if it is the expected one. */
  public boolean change(int slot, long expected, long word) {
    return WORD.compareAndSet(page, wordAt(slot), expected, word);
  }

  /** Notes when the item began that a change of the word is about to tell; for the worker. */
  public void started(int slot, long nanoTime) {
    WORD.setVolatile(page, wordAt(slot) + STARTED, nanoTime);
  }

  /** Returns when the slot's item began, on the worker's clock. */
  public long startedAt(int slot) {
    return (long) WORD.getVolatile(page, wordAt(slot) + STARTED);
  }

  /** Notes that an orderly exit has begun; for the worker. */
  public void leave() {
    WORD.setVolatile(page, LEAVING, 1L);
  }

  /** Returns whether an orderly exit had begun. */
  public boolean leaving() {
    return (long) WORD.getVolatile(page, LEAVING) != 0;
  }

  /** Notes how far the task has come; for the worker. */
  public void progress(long done, long total) {
    WORD.setVolatile(page, PROGRESS_TOTAL, total);
    WORD.setVolatile(page, PROGRESS_DONE, done);
  }

  /** Returns how much the task said was done. */
  public long progressDone() {
    return (long) WORD.getVolatile(page, PROGRESS_DONE);
  }

  /** Returns how much the task said there was to do; 0: unknown. */
  public long progressTotal() {
    return (long) WORD.getVolatile(page, PROGRESS_TOTAL);
  }

  /** Notes a sign of life; for the worker. */
  public void beat(long nanoTime) {
    WORD.setVolatile(page, BEAT_AT, nanoTime);
    WORD.getAndAdd(page, BEATS, 1L);
  }

  /** Returns how often the worker gave a sign of life. */
  public long beats() {
    return (long) WORD.getVolatile(page, BEATS);
  }

  /** Returns when it last did, on the worker's clock. */
  public long lastBeatAt() {
    return (long) WORD.getVolatile(page, BEAT_AT);
  }

  /** Notes how large the Java heap is; for the worker. */
  public void heap(HeapUse use, long nanoTime) {
    WORD.setVolatile(page, HEAP_USED, use.usedBytes());
    WORD.setVolatile(page, HEAP_TOUCHED, use.touchedBytes());
    WORD.setVolatile(page, HEAP_MOST, use.mostBytes());
    WORD.setVolatile(page, HEAP_AT, nanoTime);
  }

  /** Returns how large the worker last said its heap was. */
  public HeapUse heap() {
    return HeapUse.told(
        (long) WORD.getVolatile(page, HEAP_USED),
        (long) WORD.getVolatile(page, HEAP_TOUCHED),
        (long) WORD.getVolatile(page, HEAP_MOST));
  }

  /** Returns when it said so, on the worker's clock. */
  public long heapAt() {
    return (long) WORD.getVolatile(page, HEAP_AT);
  }

  /** Notes whether the pool's initializer runs; for the worker. */
  public void initializing(boolean running) {
    long stage = running ? 1 : 0;
    WORD.setVolatile(page, STAGE, stage);
  }

  /** Returns whether the pool's initializer was running. */
  public boolean initializing() {
    return (long) WORD.getVolatile(page, STAGE) != 0;
  }

  /**
   * Notes why the worker is about to end, or what may have hurt it; for the worker. The first of
   * the weightiest kind stays.
   */
  public synchronized void lastWord(LastWord word) {
    if (word.kind().compareTo(lastWord().kind()) > 0) {
      byte[] text = word.text().getBytes(StandardCharsets.UTF_8);
      int length = Math.min(text.length, TEXT_BYTES);
      MemorySegment.copy(text, 0, page, ValueLayout.JAVA_BYTE, TEXT, length);
      WORD.setVolatile(page, TEXT_LENGTH, (long) length);
      WORD.setVolatile(page, LAST_WORD, word.kind().code());
    }
  }

  /** Forgets an uncaught exception that was told otherwise, so that no later task has it. */
  public synchronized void forgetUncaught() {
    if (lastWord().kind() == LastWord.Kind.UNCAUGHT) {
      WORD.setVolatile(page, LAST_WORD, LastWord.Kind.NONE.code());
    }
  }

  /** Returns what the worker noted last; of the kind {@code NONE} if nothing. */
  public LastWord lastWord() {
    LastWord.Kind kind = LastWord.Kind.of((long) WORD.getVolatile(page, LAST_WORD));
    long length = (long) WORD.getVolatile(page, TEXT_LENGTH);
    byte[] text = new byte[Math.clamp(length, 0, TEXT_BYTES)];
    MemorySegment.copy(page, ValueLayout.JAVA_BYTE, TEXT, text, 0, text.length);
    return new LastWord(kind, new String(text, StandardCharsets.UTF_8));
  }

  /**
   * Returns the word that the worker holds and the kernel marks when it dies; it may be used until
   * the page is closed.
   */
  public MemorySegment mark() {
    return page.asSlice(MARK, DeathMark.BYTES, DeathMark.BYTES);
  }

  /** Returns what the worker has said and not yet sent. */
  public Unsent unsent() {
    return new Unsent(page.asSlice(UNSENT, ROW - UNSENT));
  }

  /** Returns the place for results in a row. */
  public RowPage row() {
    return new RowPage(page.asSlice(ROW));
  }

  /** Unmaps the page; the file stays if there is one. */
  @Override
  public void close() {
    arena.close();
  }

  private static long wordAt(int slot) {
    if (slot < 0 || slot >= SLOTS) {
      throw new IllegalArgumentException("a slot must be 0.." + (SLOTS - 1) + ", slot=" + slot);
    }
    return FIRST_SLOT + slot * SLOT_BYTES;
  }
}
