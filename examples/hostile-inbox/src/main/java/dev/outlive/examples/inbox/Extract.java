package dev.outlive.examples.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * The job of the demonstration: reads one document and answers with the digest of its text.
 *
 * <p>It trusts its input and its libraries as ordinary programs do, so a document of the hostile
 * inbox can end the JVM that runs it. Safe for use by many threads, as far as they survive.
 */
public final class Extract {

  private Extract() {}

  /**
   * Returns the SHA-256, in hexadecimal, of a document's text. What the text is depends on the end
   * of the file's name: {@code pdf} (whose first page is also drawn, as for a preview), {@code
   * lz4}, {@code gz}, {@code txt} or {@code plugin}.
   *
   * @param path the document's file
   * @return 64 hexadecimal digits
   * @throws IllegalArgumentException if the name ends in none of these
   * @throws Exception whatever the document's library or plug-in throws
   */
  public static String digest(String path) throws Exception {
    Path file = Path.of(path);
    return digestOfText(
        switch (ending(file)) {
          case "pdf" -> Pdf.read(file);
          case "lz4" -> Lz4.read(file);
          case "gz" -> unzip(file);
          case "txt" -> Rules.apply(Files.readString(file));
          case "plugin" -> PlugIn.run(file);
          default ->
              throw new IllegalArgumentException(
                  "the name must end in .pdf, .lz4, .gz, .txt or .plugin, path=" + path);
        });
  }

  /** The digest of a text that is already known; how its words are spaced makes no difference. */
  static String digestOfText(String text) {
    String words = text.strip().replaceAll("\\s+", " ");
    try {
      byte[] sha = MessageDigest.getInstance("SHA-256").digest(words.getBytes(UTF_8));
      return HexFormat.of().formatHex(sha);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String unzip(Path file) throws IOException {
    try (InputStream unzipped = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(unzipped.readAllBytes(), UTF_8);
    }
  }
}
