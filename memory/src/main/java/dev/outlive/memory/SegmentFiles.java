package dev.outlive.memory;

import static dev.outlive.memory.SegmentLayout.BYTES_AT;
import static dev.outlive.memory.SegmentLayout.DATA_AT;
import static dev.outlive.memory.SegmentLayout.MAGIC;
import static dev.outlive.memory.SegmentLayout.MAGIC_AT;
import static dev.outlive.memory.SegmentLayout.MAKER_AT;
import static dev.outlive.memory.SegmentLayout.MAKER_START_AT;
import static dev.outlive.memory.SegmentLayout.NUMBER_AT;
import static dev.outlive.memory.SegmentLayout.TYPE_AT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Program;
import dev.outlive.os.ReservedFile;
import dev.outlive.os.RobustMutex;
import dev.outlive.os.Segments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Where segments are, and who removes them.
 *
 * <pre>
 *  maker                          is                                                   gone
 *  the program, native access     memfd_create(2), /proc/PID/fd/N                      with its last user, however that ends
 *  a worker; no native access     DIRECTORY/outlive-segment-PROGRAM-PID-START-NUMBER   with close(), with the program
 *  of a name                      the same, and DIRECTORY/outlive-segment-name-USER-NAME
 * </pre>
 *
 * <p>A worker's file belongs to its program, and so outlives the worker: its result may be read
 * after its death. What a program leaves that is killed is swept by the next: when it makes its
 * first segment. DIRECTORY is {@link Program#directory}.
 */
final class SegmentFiles {
  private static final AtomicBoolean SWEPT = new AtomicBoolean();
  private static final int TRIES = 1_000;

  private SegmentFiles() {}

  /** Makes what a segment lies in: zeros, reserved. */
  static Backing make(
      SegmentType type, ProcessIdentity maker, long number, long bytes, boolean named) {
    Program program = Program.current();
    if (SWEPT.compareAndSet(false, true)) {
      Program.sweepSegments();
    }
    try {
      boolean unnamed =
          !named
              && program.self()
              && RobustMutex.available()
              && Program.chosenDirectory().isEmpty();
      if (unnamed) {
        Optional<Integer> descriptor = ReservedFile.unnamed(memfdName(maker.pid(), number), bytes);
        if (descriptor.isPresent()) {
          return new Backing(descriptor.get());
        }
      }
      program.removeSegmentsAtEnd();
      Path file = file(maker, number);
      ReservedFile.create(file, bytes);
      return new Backing(List.of(file));
    } catch (IOException e) {
      throw new SharedMemoryException(type.typeName() + " cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Gives a file that is ready a second name.
   *
   * @throws SharedMemoryException if the name is taken
   */
  static Backing named(Backing file, String name) {
    Path second = second(name);
    for (int i = 0; i < TRIES; i++) {
      try {
        Files.createLink(second, file.path());
        return new Backing(List.of(file.path(), second));
      } catch (FileAlreadyExistsException taken) {
        if (!Program.isLeftOver(second)) {
          throw new SharedMemoryException(
              "there is a SharedMemory \""
                  + name
                  + "\" already: "
                  + second
                  + ". open(name) joins it",
              taken);
        }
        removeLeftOver(second);
      } catch (IOException | UnsupportedOperationException e) {
        throw new SharedMemoryException("cannot make " + second, e);
      }
    }
    throw new SharedMemoryException("cannot make " + second + ": others make and remove it");
  }

  private static void removeLeftOver(Path second) {
    try {
      Files.deleteIfExists(second);
    } catch (IOException e) {
      throw new SharedMemoryException(second + " is left over, and cannot be removed", e);
    }
  }

  /** Returns the path of a second name. */
  static Path second(String name) {
    return Program.directory().resolve(secondName(name));
  }

  static String secondName(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "a name must be 1..100 of A-Z a-z 0-9 . _ -, name=\"" + name + "\"");
    }
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_]", "_");
    return Segments.PREFIX + Program.NAMED + user + "-" + name;
  }

  /**
   * Reads what a file with a second name holds.
   *
   * @throws SharedMemoryException if there is none
   */
  static SegmentHandle read(String name) {
    Path second = second(name);
    ByteBuffer header = ByteBuffer.allocate((int) DATA_AT).order(ByteOrder.nativeOrder());
    try (FileChannel channel = FileChannel.open(requireOurs(second))) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // a regular file gives all at once
      }
    } catch (NoSuchFileException none) {
      throw new SharedMemoryException(
          "there is no SharedMemory \""
              + name
              + "\" ("
              + second
              + "): its maker has closed it, or"
              + " has ended, or was never there",
          none);
    } catch (AccessDeniedException theirs) {
      throw new SharedMemoryException(
          "\"" + name + "\" (" + second + ") is another user's: take another name", theirs);
    } catch (IOException e) {
      throw new SharedMemoryException("cannot read " + second, e);
    }
    if (Program.isLeftOver(second) || header.getLong((int) MAGIC_AT) != MAGIC) {
      throw new SharedMemoryException(
          "SharedMemory \"" + name + "\" (" + second + ") was of a program that has ended");
    }
    return new SegmentHandle(
        header.getInt((int) TYPE_AT),
        false,
        header.getLong((int) MAKER_AT),
        header.getLong((int) MAKER_START_AT),
        header.getLong((int) NUMBER_AT),
        DATA_AT + header.getLong((int) BYTES_AT),
        -1,
        secondName(name));
  }

  /**
   * Returns the file itself. Anybody may put one of such a name where segments lie, with what he
   * likes in it.
   *
   * @throws AccessDeniedException if it, or a link in its place, is another user's
   */
  private static Path requireOurs(Path file) throws IOException {
    if (User.ID.isPresent()) {
      Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(User.ID.get())) {
        throw new AccessDeniedException(
            file.toString(), null, "it is of user " + owner + ", not " + User.ID.get());
      }
    }
    return file;
  }

  /** Returns what tells one file from another, by whichever of its names; empty if unknown. */
  static Optional<Object> key(Path file) {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Returns whether closing a file here ends it: its maker, and the program that owns it, may. */
  static boolean isOurs(SegmentHandle handle) {
    boolean ofThisProgram = Files.exists(file(handle.maker(), handle.number()));
    return handle.maker().equals(SegmentTable.self())
        || (Program.current().self() && ofThisProgram);
  }

  /** Returns the files of a segment that lies in one. */
  static Backing backing(SegmentHandle handle) {
    Path found = Program.directory().resolve(handle.file());
    Path first = file(handle.maker(), handle.number());
    return new Backing(found.equals(first) ? List.of(first) : List.of(first, found));
  }

  /**
   * Returns what to open to have a segment. A handle may come from anywhere: it names nothing but
   * segments.
   *
   * @throws SharedMemoryException if it is no more
   */
  static Path find(SegmentHandle handle) {
    if (handle.descriptor() < 0) {
      if (!handle.file().startsWith(Segments.PREFIX) || handle.file().indexOf('/') >= 0) {
        throw new SharedMemoryException("\"" + handle.file() + "\" is not the name of a segment");
      }
      try {
        return requireOurs(Program.directory().resolve(handle.file()));
      } catch (IOException e) {
        throw gone(handle, e);
      }
    }
    boolean own = handle.maker().equals(SegmentTable.self());
    String process = own ? "self" : Long.toString(handle.makerPid());
    Path link = Path.of("/proc", process, "fd", Integer.toString(handle.descriptor()));
    try {
      String target = Files.readSymbolicLink(link).toString();
      if (!target.startsWith("/memfd:" + memfdName(handle.makerPid(), handle.number()) + " ")) {
        throw new IOException("the descriptor is now that of " + target);
      }
      return link;
    } catch (IOException | UnsupportedOperationException e) {
      throw gone(handle, e);
    }
  }

  /** Returns what to throw for a segment that is not there any more, or not for us. */
  static SharedMemoryException gone(SegmentHandle handle, Exception cause) {
    String what = handle.segmentType().typeName() + " " + handle.makerPid() + "-" + handle.number();
    String maker = "its maker, process " + handle.makerPid();
    if (cause instanceof AccessDeniedException) {
      return new SharedMemoryException(
          what + " is of another user, or process " + handle.makerPid() + " lets nobody look",
          cause);
    }
    if (handle.maker().isAlive()) {
      return new SharedMemoryException(what + " was closed by " + maker, cause);
    }
    return new SharedMemoryException(
        String.format(
            Locale.ROOT,
            "%s is no more: %s, has ended%s",
            what,
            maker,
            handle.descriptor() < 0 ? ", and it was closed, or its program has ended too" : ""),
        cause);
  }

  private static Path file(ProcessIdentity maker, long number) {
    return Program.directory()
        .resolve(Program.current().segmentPrefix() + maker.token() + "-" + number);
  }

  /** Whose files this process makes; unknown off Linux. */
  private static final class User {
    static final Optional<Integer> ID = find();

    /** {@code Uid: real effective saved file-system}, proc_pid_status(5). */
    private static Optional<Integer> find() {
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"), ISO_8859_1)) {
        return lines
            .filter(line -> line.startsWith("Uid:"))
            .map(line -> Integer.parseUnsignedInt(line.substring(line.lastIndexOf('\t') + 1)))
            .findFirst();
      } catch (IOException | UncheckedIOException | NumberFormatException notLinux) {
        return Optional.empty();
      }
    }
  }

  private static String memfdName(long makerPid, long number) {
    return Segments.PREFIX + "-" + makerPid + "-" + number;
  }
}
