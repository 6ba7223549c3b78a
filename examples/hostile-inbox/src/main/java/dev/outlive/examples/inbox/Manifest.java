package dev.outlive.examples.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is due for each document of an inbox: the digest of its text, or how it fails. Kept in the
 * inbox as {@value #FILE_NAME}, one line for each document, with tabs between:
 *
 * <pre>
 * 0001-letter.pdf    digest      6d0a...   the SHA-256 of its text
 * 0002-invoice.lz4   NATIVE_CRASH   segv   the cause, and the poison's name
 * </pre>
 *
 * <p>Immutable; safe for use by many threads.
 *
 * @param entries one for each document, in the order of their names
 */
public record Manifest(List<Entry> entries) {
  /** The name of the manifest's file in an inbox. */
  public static final String FILE_NAME = "manifest.tsv";

  private static final String DIGEST = "digest";

  /** A manifest of these entries. */
  public Manifest {
    entries = List.copyOf(entries);
  }

  /**
   * What is due for one document.
   *
   * @param name the name of its file
   * @param due {@code digest}, or the name of the cause of its failure, such as HEAP_OOM
   * @param detail the digest, or the poison's name
   */
  public record Entry(String name, String due, String detail) {
    static Entry good(String name, String digest) {
      return new Entry(name, DIGEST, digest);
    }

    static Entry poisonous(String name, Poison poison) {
      return new Entry(name, poison.cause(), poison.word());
    }

    /** Returns whether the document is harmless, so that its detail is the digest of its text. */
    public boolean good() {
      return due.equals(DIGEST);
    }
  }

  /**
   * Reads the manifest of an inbox.
   *
   * @param inbox the folder that the generator wrote
   * @return what is due for its documents
   * @throws IOException if the folder has no manifest, or a line of it has not three fields
   */
  public static Manifest read(Path inbox) throws IOException {
    Path file = inbox.resolve(FILE_NAME);
    List<Entry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 3) {
        throw new IOException("a line of " + file + " must have 3 fields: \"" + line + "\"");
      }
      entries.add(new Entry(fields[0], fields[1], fields[2]));
    }
    return new Manifest(entries);
  }

  void write(Path inbox) throws IOException {
    List<String> lines =
        entries.stream()
            .map(entry -> String.join("\t", entry.name(), entry.due(), entry.detail()))
            .toList();
    Files.write(inbox.resolve(FILE_NAME), lines);
  }
}
