package dev.outlive.examples.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * The documents that do harm, each a real failure of a real library or program. Their bytes are the
 * same in every inbox; only names and places differ.
 */
enum Poison {
  /** A plug-in that ends its process as the kernel's out-of-memory killer would. */
  KILL("plugin", "SIGKILL") {
    @Override
    byte[] document() {
      return text("kill\n");
    }
  },

  /** A plug-in that ends the JVM as if all were well. */
  EXIT("plugin", "EXIT") {
    @Override
    byte[] document() {
      return text("exit\n");
    }
  },

  /** A page of 5000 x 5000 points, drawn at 300 dpi: 434 million pixels, 1.7 GB. */
  HEAP("pdf", "HEAP_OOM") {
    @Override
    byte[] document() {
      return pdf("/MediaBox [0 0 5000 5000] /UserUnit 1 /Resources << >>", List.of());
    }
  },

  /** Two gigabytes of zeros in two megabytes. */
  BOMB("gz", "HEAP_OOM") {
    @Override
    byte[] document() throws IOException {
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(member)) {
        zip.write(new byte[16 << 20]);
      }
      // gzip files may be concatenated (RFC 1952): 128 times the same, compressed once.
      ByteArrayOutputStream bomb = new ByteArrayOutputStream();
      for (int i = 0; i < 128; i++) {
        member.writeTo(bomb);
      }
      return bomb.toByteArray();
    }
  },

  /** Twelve forms, each of which draws the next ten times: 10^12 drawings. */
  LOOP("pdf", "TIMEOUT") {
    @Override
    byte[] document() {
      int first = 4;
      String tenTimes = "/X Do ".repeat(10);
      int levels = 12;
      List<String> forms = new ArrayList<>();
      for (int level = 0; level < levels; level++) {
        boolean last = level == levels - 1;
        String next = last ? "" : xObject(first + level + 1) + " ";
        String content = last ? "" : tenTimes;
        forms.add("<< /Subtype /Form /BBox [0 0 9 9] " + next + stream(content));
      }
      forms.add("<< " + stream(tenTimes));
      String contents = " /Contents " + (first + levels) + " 0 R";
      return pdf("/MediaBox [0 0 9 9] " + xObject(first) + contents, forms);
    }
  },

  /** A rule that backtracks through every way to part 40 letters into 14 groups. */
  REGEX("txt", "TIMEOUT") {
    @Override
    byte[] document() {
      return text(Rules.PREFIX + "(.*a){14}b\n" + "a".repeat(40) + "!\n");
    }
  },

  /** A plug-in whose exception cannot be read back by who receives it. */
  UNDECODABLE("plugin", "EXCEPTION") {
    @Override
    byte[] document() {
      return text("throw\n");
    }
  },

  /**
   * A literal of 30 MB in a block of 118 kB: {@code LZ4_decompress_fast} knows how much to write
   * and not how much there is to read (CVE-2025-12183).
   */
  SEGV("lz4", "NATIVE_CRASH") {
    @Override
    byte[] document() {
      byte[] block = new byte[118_000];
      Arrays.fill(block, (byte) 0xFF);
      block[block.length - 1] = 0;
      return Lz4.blob(32 << 20, block);
    }
  },

  /** A blob whose header says that its text has 2^31 - 1 bytes, and is believed. */
  ARRAY("lz4", "ARRAY_TOO_LARGE") {
    @Override
    byte[] document() {
      return Lz4.blob(Integer.MAX_VALUE, new byte[8]);
    }
  },

  /** A rule that takes a few frames of the stack for each letter of a long line. */
  STACK("txt", "EXCEPTION") {
    @Override
    byte[] document() {
      return text(Rules.PREFIX + "(a|b)*c\n" + "ab".repeat(50_000) + "\n");
    }
  },

  /** A plug-in that ends the JVM as its watchdog would, without shutdown hooks. */
  HALT("plugin", "HALT") {
    @Override
    byte[] document() {
      return text("halt\n");
    }
  },

  /** A plug-in that keeps each buffer it has ever asked for. */
  BUFFERS("plugin", "DIRECT_MEMORY_OOM") {
    @Override
    byte[] document() {
      return text("buffers\n");
    }
  },

  /** A plug-in whose two threads take the same two locks in different order. */
  DEADLOCK("plugin", "TIMEOUT") {
    @Override
    byte[] document() {
      return text("deadlock\n");
    }
  },

  /** A plug-in that has its own process stopped, as a script would that stops by name. */
  STOP("plugin", "SIGNAL") {
    @Override
    byte[] document() {
      return text("stop\n");
    }
  },

  /**
   * A plug-in whose native code frees what was never allocated, upon which the C library aborts.
   */
  FREE("plugin", "NATIVE_ABORT") {
    @Override
    byte[] document() {
      return text("free\n");
    }
  },

  /** A plug-in whose native code reads a mapped file that was cut short meanwhile. */
  CUT("plugin", "BUS_ERROR") {
    @Override
    byte[] document() {
      return text("cut\n");
    }
  };

  private final String ending;
  private final String cause;

  Poison(String ending, String cause) {
    this.ending = ending;
    this.cause = cause;
  }

  /** The document's bytes. */
  abstract byte[] document() throws IOException;

  /** How the name of the document's file must end. */
  String ending() {
    return ending;
  }

  /** What becomes of a JVM with a small heap and a time limit. */
  String cause() {
    return cause;
  }

  /** The poison's name in a manifest. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A document of one page: catalogue, pages and page are objects 1 to 3, the rest follows. */
  private static byte[] pdf(String page, List<String> rest) {
    List<String> objects = new ArrayList<>();
    objects.add("<< /Type /Catalog /Pages 2 0 R >>");
    objects.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    objects.add("<< /Type /Page /Parent 2 0 R " + page + " >>");
    objects.addAll(rest);
    StringBuilder pdf = new StringBuilder("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
    for (int i = 0; i < objects.size(); i++) {
      pdf.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
    }
    // No table of where the objects are: PDFBox, like every reader, then looks for them itself.
    pdf.append("trailer\n<< /Size ").append(objects.size() + 1).append(" /Root 1 0 R >>\n");
    return text(pdf.append("%%EOF\n").toString());
  }

  private static String xObject(int number) {
    return "/Resources << /XObject << /X " + number + " 0 R >> >>";
  }

  private static String stream(String content) {
    return "/Length " + content.length() + " >>\nstream\n" + content + "\nendstream";
  }

  private static byte[] text(String content) {
    return content.getBytes(ISO_8859_1);
  }
}
