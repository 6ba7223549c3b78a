package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One process under a {@link MemoryMeter}: its open files, and what the last precise reading said.
 * Confined to one thread at a time.
 *
 * <p>A child that was forked and has not called exec yet shares its parent's memory: all of it
 * where the JVM starts a program (vfork(2)), what neither has written to since elsewhere. Until it
 * does, only what it holds beyond its parent is counted, or each start of a program would double a
 * worker for a moment.
 */
final class MeteredProcess implements AutoCloseable {
  private static final ProcessStatus NOTHING = new ProcessStatus('?', 0, 0, 0, 0, 0, 0, 0);

  /** Kept open, since a reading through them costs a quarter. */
  private record Files(KeptFile status, KeptFile statm) {}

  private final long pid;
  private final @Nullable Files files;
  private boolean forked;

  private ProcessStatus status = NOTHING;
  private ProcessStatus parent = NOTHING; // while forked: what it is compared with
  private long segmentBytes; // resident at most
  private long mappedBytes;
  private ProcessStatus mappedAt = NOTHING;

  private MeteredProcess(long pid, @Nullable Files files, boolean forked) {
    this.pid = pid;
    this.files = files;
    this.forked = forked;
  }

  /** Begins with the process at the top, which is always counted whole. */
  static MeteredProcess top(long pid) {
    return new MeteredProcess(pid, open(pid), false);
  }

  /**
   * Begins with a descendant.
   *
   * @param keepOpen whether it has quick readings: they take two descriptors
   */
  static MeteredProcess descendant(long pid, boolean keepOpen) {
    return new MeteredProcess(pid, keepOpen ? open(pid) : null, true);
  }

  private static @Nullable Files open(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      KeptFile status = KeptFile.open(process.resolve("status"));
      try {
        return new Files(status, KeptFile.open(process.resolve("statm")));
      } catch (IOException gone) {
        status.close();
        return null;
      }
    } catch (IOException gone) {
      return null;
    }
  }

  boolean keptOpen() {
    return files != null;
  }

  /** Returns what the last precise reading said. */
  ProcessStatus status() {
    return status;
  }

  /**
   * Reads it precisely; empty when it is gone.
   *
   * @param parentNow what its parent holds, where that is counted too
   */
  Optional<MemoryUse> read(Optional<ProcessStatus> parentNow) {
    try {
      // First: a fork that calls exec in between is then compared with its parent once more, while
      // the other way round its parent's memory would be taken for its own.
      forked = forked && ProcessStat.read(pid).filter(ProcessStat::forked).isPresent();
      Optional<ProcessStatus> now =
          files == null ? ProcessStatus.read(pid) : ProcessStatus.parse(files.status.text());
      if (now.isEmpty()) {
        return Optional.empty();
      }
      status = now.get();
      parent = forked ? parentNow.orElse(NOTHING) : NOTHING;
      segmentBytes = parent.equals(NOTHING) ? Math.min(status.sharedBytes(), mapped()) : 0;
      return Optional.of(
          new MemoryUse(
              Math.max(0, status.residentBytes() - parent.residentBytes()),
              Math.max(0, status.anonymousBytes() - parent.anonymousBytes()),
              Math.max(0, status.sharedBytes() - parent.sharedBytes()),
              segmentBytes,
              1));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Read again only when what is mapped, or what of it is resident, has changed. */
  private long mapped() {
    boolean same =
        status.virtualBytes() == mappedAt.virtualBytes()
            && status.sharedBytes() == mappedAt.sharedBytes();
    if (!same) {
      try {
        mappedBytes = status.sharedBytes() == 0 ? 0 : MappedSegments.bytes(pid);
        mappedAt = status;
      } catch (IOException goneOrNotAllowed) {
        return 0;
      }
    }
    return mappedBytes;
  }

  /**
   * Returns an estimate of what it counts; empty when it is gone. Its anonymous memory is exact:
   * the kernel shows what is resident, and what of that is of files or shared (proc_pid_statm(5)).
   */
  OptionalLong quick() {
    if (files == null) {
      return OptionalLong.of(counted(status.anonymousBytes(), status.sharedBytes()));
    }
    try {
      String[] pages = files.statm.line().split(" ", 4);
      if (pages.length < 4 || pages[0].equals("0")) {
        return OptionalLong.empty(); // a zombie has no memory
      }
      long resident = Long.parseLong(pages[1]) * PageSize.BYTES;
      long filesAndShared = Long.parseLong(pages[2]) * PageSize.BYTES;
      return OptionalLong.of(
          counted(resident - filesAndShared, filesAndShared - status.fileBytes()));
    } catch (IOException | NumberFormatException gone) {
      return OptionalLong.empty();
    }
  }

  private long counted(long anonymous, long shared) {
    long own = anonymous + Math.max(0, shared - segmentBytes);
    return Math.max(0, own - parent.anonymousBytes() - parent.sharedBytes());
  }

  @Override
  public void close() {
    if (files != null) {
      files.status.close();
      files.statm.close();
    }
  }
}
