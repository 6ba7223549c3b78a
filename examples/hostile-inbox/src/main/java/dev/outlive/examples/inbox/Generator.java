package dev.outlive.examples.inbox;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Writes a hostile inbox: a folder of small documents, made by code, sixteen of which are
 * poisonous. The same seed gives the same bytes.
 */
public final class Generator {
  /** The seed that is used where none is given. */
  public static final long DEFAULT_SEED = 42;

  /** How many documents are written where no number is given. */
  public static final int DEFAULT_DOCUMENTS = 300;

  private static final int MOST_DOCUMENTS = 9_999;
  private static final Pattern DOCUMENT_NAME =
      Pattern.compile("\\d{4}-[a-z]+\\.(pdf|lz4|gz|txt|plugin)");
  private static final List<String> TITLES =
      List.of("invoice", "letter", "report", "memo", "order", "receipt", "contract", "minutes");

  private Generator() {}

  /**
   * Writes an inbox: {@code DIR [--seed N] [--documents N]}. Exits with 2 if called otherwise.
   *
   * @param args the folder, and what differs from the defaults
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    int status = run(args, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String[] args, PrintStream out, PrintStream err) throws IOException {
    try {
      long seed = DEFAULT_SEED;
      int documents = DEFAULT_DOCUMENTS;
      if (args.length % 2 == 0) {
        throw new IllegalArgumentException("a folder, then pairs of option and number");
      }
      for (int i = 1; i < args.length; i += 2) {
        switch (args[i]) {
          case "--seed" -> seed = Long.parseLong(args[i + 1]);
          case "--documents" -> documents = Integer.parseInt(args[i + 1]);
          default -> throw new IllegalArgumentException("unknown option " + args[i]);
        }
      }
      Manifest manifest = generate(Path.of(args[0]), seed, documents);
      long good = manifest.entries().stream().filter(Manifest.Entry::good).count();
      out.printf("%s: %d documents, %d of them poisonous%n", args[0], documents, documents - good);
      return 0;
    } catch (IllegalArgumentException e) {
      err.println("usage: Generator DIR [--seed N] [--documents N]: " + e.getMessage());
      return 2;
    }
  }

  /**
   * Writes an inbox and its manifest into a folder, which is made where there is none. The
   * documents of an older inbox in the folder are replaced; the manifest is written last.
   *
   * @param inbox a folder that is new, empty or an inbox
   * @param seed what decides all chance
   * @param documents how many, 16..9999, sixteen of them poisonous
   * @return the manifest, as written
   * @throws IllegalArgumentException if there are too few or too many documents, or the folder
   *     holds something else
   * @throws IOException if a file cannot be written
   */
  public static Manifest generate(Path inbox, long seed, int documents) throws IOException {
    int poisons = Poison.values().length;
    if (documents < poisons || documents > MOST_DOCUMENTS) {
      throw new IllegalArgumentException(
          "documents must be " + poisons + ".." + MOST_DOCUMENTS + ", documents=" + documents);
    }
    Files.createDirectories(inbox);
    removeOlder(inbox);
    Random random = new Random(seed);
    Map<Integer, Poison> places = places(random, documents);
    List<Manifest.Entry> entries = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      String title =
          String.format(Locale.ROOT, "%04d-%s.", i + 1, TITLES.get(random.nextInt(TITLES.size())));
      Poison poison = places.get(i);
      if (poison != null) {
        String name = title + poison.ending();
        Files.write(inbox.resolve(name), poison.document());
        entries.add(Manifest.Entry.poisonous(name, poison));
      } else {
        Document document = Document.random(random);
        String name = title + document.ending();
        Files.write(inbox.resolve(name), document.content());
        entries.add(Manifest.Entry.good(name, Extract.digestOfText(document.text())));
      }
    }
    Manifest manifest = new Manifest(entries);
    manifest.write(inbox);
    return manifest;
  }

  /** One poison, in any order, somewhere in each sixteenth of the folder. */
  private static Map<Integer, Poison> places(Random random, int documents) {
    List<Poison> poisons = new ArrayList<>(Arrays.asList(Poison.values()));
    Collections.shuffle(poisons, random);
    Map<Integer, Poison> places = new TreeMap<>();
    for (int i = 0; i < poisons.size(); i++) {
      int from = i * documents / poisons.size();
      int to = (i + 1) * documents / poisons.size();
      places.put(random.nextInt(from, to), poisons.get(i));
    }
    return places;
  }

  private static void removeOlder(Path inbox) throws IOException {
    List<Path> older = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(inbox)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!name.equals(Manifest.FILE_NAME) && !DOCUMENT_NAME.matcher(name).matches()) {
          throw new IllegalArgumentException(
              "the folder must be empty or an inbox, it holds " + file);
        }
        older.add(file);
      }
    }
    for (Path file : older) {
      Files.delete(file);
    }
  }
}
