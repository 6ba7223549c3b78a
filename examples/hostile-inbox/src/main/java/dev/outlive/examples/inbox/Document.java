package dev.outlive.examples.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A harmless document.
 *
 * @param ending how the name of its file ends
 * @param content its bytes
 * @param text what {@link Extract} must find in them
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Document(String ending, byte[] content, String text) {
  private static final List<String> WORDS =
      List.of(
          "account",
          "amount",
          "balance",
          "barrels",
          "beacon",
          "borrowed",
          "bridge",
          "candles",
          "cargo",
          "copper",
          "counted",
          "crates",
          "deliver",
          "eleven",
          "estate",
          "ferry",
          "garden",
          "harbour",
          "honest",
          "invoice",
          "island",
          "kettle",
          "lantern",
          "ledger",
          "lemons",
          "market",
          "meadow",
          "monday",
          "notice",
          "orchard",
          "parcel",
          "pepper",
          "quarter",
          "receipt",
          "river",
          "saddle",
          "seven",
          "shipped",
          "signed",
          "silver",
          "station",
          "timber",
          "twenty",
          "unpaid",
          "valley",
          "village",
          "wagon",
          "weekly",
          "winter",
          "yellow");

  /** One of the five kinds, with words, by chance. */
  static Document random(Random random) throws IOException {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> pdf(random);
      case 3, 4 -> {
        String text = prose(random, 40);
        yield new Document("lz4", Lz4.write(text), text);
      }
      case 5, 6 -> {
        String text = prose(random, 60);
        yield new Document("gz", gzip(text), text);
      }
      case 7, 8 -> withRule(random);
      default -> {
        String text = prose(random, 5);
        yield new Document("plugin", ("print\n" + text).getBytes(UTF_8), text);
      }
    };
  }

  private static Document pdf(Random random) throws IOException {
    List<String> lines = lines(random, 8);
    return new Document("pdf", Pdf.write(lines, random.nextLong()), String.join("\n", lines));
  }

  private static Document withRule(Random random) {
    String text = prose(random, 30);
    String document = Rules.PREFIX + "\\[draft\\].*\n" + "[draft] not yet paid\n" + text;
    return new Document("txt", document.getBytes(UTF_8), text);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String prose(Random random, int lines) {
    return String.join("\n", lines(random, lines));
  }

  private static List<String> lines(Random random, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> line = new ArrayList<>();
      line.add(Integer.toString(random.nextInt(10_000)));
      for (int word = 0; word < 5; word++) {
        line.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      lines.add(String.join(" ", line));
    }
    return lines;
  }
}
