package dev.outlive.internal.local;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Argument files as java(1) reads them, and writes for those that it starts. */
final class ArgumentFiles {
  private static final String STOP = "--disable-@files";

  private ArgumentFiles() {}

  /**
   * Returns a command line with what stands in its argument files; a file that is gone is left out.
   * Whoever reads on to the main class leaves out what is behind it, files of the program's own
   * too.
   */
  static List<String> expand(List<String> arguments) {
    List<String> all = new ArrayList<>();
    boolean expanding = true;
    for (String argument : arguments) {
      if (expanding && argument.startsWith("@@")) {
        all.add(argument.substring(1));
      } else if (expanding && argument.startsWith("@") && argument.length() > 1) {
        all.addAll(read(Path.of(argument.substring(1))));
      } else {
        all.add(argument);
        expanding &= !argument.equals(STOP);
      }
    }
    return all;
  }

  private static List<String> read(Path file) {
    if (!Files.isRegularFile(file)) { // nobody else's pipe is emptied
      return List.of();
    }
    try {
      return words(new String(Files.readAllBytes(file), charset()));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Charset charset() {
    return Charset.forName(System.getProperty("native.encoding", "UTF-8"));
  }

  /** Writes one argument a line. */
  static void write(Path file, List<String> arguments) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String argument : arguments) {
      text.append(quoted(argument)).append('\n');
    }
    Files.write(file, text.toString().getBytes(charset()));
  }

  /** As java(1) wants it in an argument file, where a quoted word ends with its line. */
  static String quoted(String argument) {
    String escaped =
        argument
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r");
    return '"' + escaped + '"';
  }

  /** Returns the arguments in a file's text. */
  static List<String> words(String text) {
    return new Words(text).all();
  }

  /** One pass over the text; the rules are those of the launcher's args.c. */
  private static final class Words {
    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int quotedChars;
    private boolean begun;
    private int at;

    Words(String text) {
      this.text = text;
    }

    List<String> all() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        switch (c) {
          case ' ', '\t', '\n', '\r', '\f' -> end();
          case '#' -> comment();
          case '"', '\'' -> quoted(c);
          default -> {
            word.append(c);
            begun = true;
          }
        }
      }
      end();
      return words;
    }

    private void end() {
      if (begun) {
        words.add(word.toString());
        word.setLength(0);
        quotedChars = 0;
        begun = false;
      }
    }

    /** What stands before it without a blank and without quotes is lost: so the launcher reads. */
    private void comment() {
      word.setLength(quotedChars);
      begun = quotedChars > 0;
      while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
        at++;
      }
      at += begun ? 1 : 0;
    }

    private void quoted(char quote) {
      begun = true;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\n' || c == '\r') {
          end();
          return;
        }
        if (c == quote) {
          quotedChars = word.length();
          return;
        }
        if (c == '\\') {
          escaped();
        } else {
          word.append(c);
        }
      }
    }

    private void escaped() {
      char c = at < text.length() ? text.charAt(at++) : '\\';
      switch (c) {
        case 'n' -> word.append('\n');
        case 'r' -> word.append('\r');
        case 't' -> word.append('\t');
        case 'f' -> word.append('\f');
        case '\n', '\r' -> skipBlanks();
        default -> word.append(c);
      }
    }

    private void skipBlanks() {
      while (at < text.length() && " \t\n\r\f".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
