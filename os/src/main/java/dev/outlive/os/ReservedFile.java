package dev.outlive.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes files of zeros whose room is reserved at once: who maps a sparse file on a full file system
 * gets a SIGBUS when he writes to it, an {@code InternalError} in a JVM.
 *
 * <p>With native access by posix_fallocate(3), otherwise by writing the zeros. The mode is 0600.
 * What would not fit into the machine's memory, or into that of a control group around this
 * program, is refused before the kernel's out-of-memory killer has to find a victim.
 */
public final class ReservedFile {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int BLOCK = 1 << 20;
  private static final long SMALL = 1 << 20;
  private static final int INTERRUPTED = 4; // errno(3), as Linux has it
  private static final int NO_SPACE = 28;
  private static final int CLOSE_ON_EXEC = 1;
  private static final int READ_WRITE_CLOSE_ON_EXEC = 02 | 02000000; // open(2) on Linux

  private ReservedFile() {}

  /**
   * Makes a file without a name, memfd_create(2), which is gone with its last descriptor and
   * mapping.
   *
   * @param name what {@code /proc} shows of it; not unique
   * @return its descriptor, close-on-exec; empty where that is not possible
   * @throws NoRoomException if there is not as much memory
   * @throws IOException if no descriptor is free
   */
  public static Optional<Integer> unnamed(String name, long bytes) throws IOException {
    if (!NativeAccess.enabled()) {
      return Optional.empty();
    }
    requireMemory(bytes);
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      descriptor = (int) Calls.MEMFD.invokeExact(arena.allocateFrom(name), CLOSE_ON_EXEC);
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("memfd_create", thrown);
    }
    if (descriptor < 0) {
      throw new IOException(
          "memfd_create(2) gives no descriptor: are too many files open (ulimit -n)?");
    }
    try {
      fallocate(descriptor, bytes, "memory", Long.MAX_VALUE);
      return Optional.of(descriptor);
    } catch (IOException | RuntimeException failed) {
      close(descriptor);
      throw failed;
    }
  }

  /** Closes a descriptor that {@link #unnamed} has returned. */
  public static void close(int descriptor) {
    try {
      int _ = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (Throwable thrown) {
      throw NativeFunctions.thrown("close", thrown);
    }
  }

  /**
   * Makes a file that was not there before.
   *
   * @throws NoRoomException if there is not as much room; then there is no file
   * @throws java.nio.file.FileAlreadyExistsException if there is one already
   * @throws IOException if the file cannot be made
   */
  public static void create(Path file, long bytes) throws IOException {
    FileStore store = Files.getFileStore(file.toAbsolutePath().getParent());
    if (store.type().equals("tmpfs")) {
      requireMemory(bytes);
    }
    long free = store.getUsableSpace();
    if (free < bytes) {
      throw noRoom(bytes, free, store.toString());
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    try (FileChannel channel =
        posix ? FileChannel.open(file, NEW, PRIVATE) : FileChannel.open(file, NEW)) {
      reserve(channel, file, bytes);
    } catch (NoRoomException full) {
      Files.deleteIfExists(file);
      throw full;
    } catch (java.nio.file.FileAlreadyExistsException theirs) {
      throw theirs;
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(file);
      throw failed;
    }
  }

  private static void reserve(FileChannel channel, Path file, long bytes) throws IOException {
    FileStore store = Files.getFileStore(file);
    if (NativeAccess.enabled()) {
      int descriptor;
      try (Arena arena = Arena.ofConfined()) {
        descriptor =
            (int)
                Calls.OPEN.invokeExact(
                    arena.allocateFrom(file.toString()), READ_WRITE_CLOSE_ON_EXEC);
      } catch (Throwable thrown) {
        throw NativeFunctions.thrown("open", thrown);
      }
      if (descriptor >= 0) {
        try {
          fallocate(descriptor, bytes, store.toString(), store.getUsableSpace());
          return;
        } finally {
          close(descriptor);
        }
      }
    }
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, BLOCK));
    for (long at = 0; at < bytes; ) {
      zeros.clear().limit((int) Math.min(BLOCK, bytes - at));
      try {
        at += channel.write(zeros, at);
      } catch (IOException full) {
        long free = store.getUsableSpace();
        if (free < bytes - at) {
          throw noRoom(bytes, free + at, store.toString());
        }
        throw full;
      }
    }
  }

  private static void fallocate(int descriptor, long bytes, String place, long free)
      throws IOException {
    int answer;
    do {
      try {
        answer = (int) Calls.FALLOCATE.invokeExact(descriptor, 0L, bytes);
      } catch (Throwable thrown) {
        throw NativeFunctions.thrown("posix_fallocate", thrown);
      }
    } while (answer == INTERRUPTED);
    if (answer == NO_SPACE) {
      throw noRoom(bytes, free, place);
    }
    if (answer != 0) {
      throw new IOException("posix_fallocate(3) of " + bytes + " bytes says error " + answer);
    }
  }

  private static NoRoomException noRoom(long bytes, long free, String place) {
    return new NoRoomException(
        bytes,
        free,
        place,
        "Close what is no longer used, or make it larger (mount -o remount,size=…; docker run"
            + " --shm-size=…)");
  }

  /** Of little it is not asked: it costs 15 us and more. */
  private static void requireMemory(long bytes) throws NoRoomException {
    if (bytes > SMALL) {
      Optional<HostMemory.Room> room = Memory.HOST.look(List.of());
      if (room.isPresent() && room.get().freeBytes() < bytes) {
        throw new NoRoomException(
            bytes,
            room.get().freeBytes(),
            room.get().place(),
            "Make it smaller, or close what is no longer used");
      }
    }
  }

  private static final class Memory {
    static final HostMemory HOST = HostMemory.ofThisMachine();
  }

  /** Loaded at first use. */
  private static final class Calls {
    static final MethodHandle MEMFD =
        NativeFunctions.find("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle FALLOCATE =
        NativeFunctions.find(
            "posix_fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    static final MethodHandle OPEN =
        NativeFunctions.find(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            java.lang.foreign.Linker.Option.firstVariadicArg(2));
    static final MethodHandle CLOSE =
        NativeFunctions.find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }
}
