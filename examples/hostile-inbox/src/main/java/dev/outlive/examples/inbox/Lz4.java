package dev.outlive.examples.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FastDecompressor;

/**
 * LZ4 blobs, through lz4-java. A file is a magic number, the length of the text and one LZ4 block:
 *
 * <pre>
 *  0        4        8
 *  +--------+--------+------------------
 *  | "LZ4b" | length | block ...          big-endian
 *  +--------+--------+------------------
 * </pre>
 */
final class Lz4 {
  private static final int MAGIC = 0x4C5A3462;
  private static final int HEADER_BYTES = 8;

  private Lz4() {}

  /** The text of a blob, through the native decompressor, which believes the blob. */
  static String read(Path file) throws IOException {
    ByteBuffer blob = ByteBuffer.wrap(Files.readAllBytes(file));
    if (blob.remaining() < HEADER_BYTES || blob.getInt() != MAGIC) {
      throw new IOException("no LZ4 blob: " + file);
    }
    byte[] text = new byte[blob.getInt()];
    // A direct buffer: then a read past its end leaves mapped memory, whatever the heap looks like.
    ByteBuffer block = ByteBuffer.allocateDirect(blob.remaining()).put(blob);
    Native.DECOMPRESSOR.decompress(block, 0, ByteBuffer.wrap(text), 0, text.length);
    return new String(text, UTF_8);
  }

  /** A blob of {@code text}. In pure Java: who makes the inbox loads no native library. */
  static byte[] write(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return blob(bytes.length, LZ4Factory.safeInstance().fastCompressor().compress(bytes));
  }

  /** A blob that says its text has {@code length} bytes, whether or not that is true. */
  static byte[] blob(int length, byte[] block) {
    return ByteBuffer.allocate(HEADER_BYTES + block.length)
        .putInt(MAGIC)
        .putInt(length)
        .put(block)
        .array();
  }

  /**
   * The native library, loaded when the first blob comes. lz4-java unpacks it into the temporary
   * directory and deletes it at a regular exit, which a crash is not; so it goes at once. Linux
   * keeps a mapped file alive; elsewhere there is no {@code /proc/self/maps}, and lz4-java's way
   * remains.
   */
  private static final class Native {
    private static final Path MAPS = Path.of("/proc/self/maps");

    static final LZ4FastDecompressor DECOMPRESSOR = LZ4Factory.nativeInstance().fastDecompressor();

    static {
      deleteUnpackedLibrary();
    }

    private Native() {}

    private static void deleteUnpackedLibrary() {
      try {
        List<String> maps = Files.isReadable(MAPS) ? Files.readAllLines(MAPS) : List.of();
        for (String map : maps) {
          if (map.endsWith(".so") && map.contains("/liblz4-java-")) {
            String library = map.substring(map.indexOf('/'));
            Files.deleteIfExists(Path.of(library));
            Files.deleteIfExists(Path.of(library + ".lck"));
          }
        }
      } catch (IOException e) {
        System.getLogger(Lz4.class.getName())
            .log(System.Logger.Level.DEBUG, "liblz4-java stays in the temporary directory", e);
      }
    }
  }
}
