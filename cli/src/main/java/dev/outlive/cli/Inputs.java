package dev.outlive.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a run: those of the command line, then those of a file or of stdin, one a line, in
 * UTF-8. Lines are read only as fast as they are wanted.
 */
final class Inputs {
  private final List<String> given;
  private final @Nullable Path file;
  private final boolean stdin;

  private Inputs(List<String> given, @Nullable Path file, boolean stdin) {
    this.given = given;
    this.file = file;
    this.stdin = stdin;
  }

  /** Returns inputs that are known. */
  static Inputs of(List<String> given) {
    return new Inputs(List.copyOf(given), null, false);
  }

  /**
   * Returns the inputs of a command line: stdin's lines where it names none.
   *
   * @throws UsageException if the file cannot be read
   */
  static Inputs of(List<String> given, @Nullable Path file) {
    if (file != null && (Files.isDirectory(file) || !Files.isReadable(file))) {
      throw new UsageException("the file of inputs, " + file + ", cannot be read");
    }
    return new Inputs(List.copyOf(given), file, given.isEmpty() && file == null);
  }

  /** Returns how many there are; null if only reading them will tell. */
  @Nullable Integer total() {
    return file == null && !stdin ? given.size() : null;
  }

  /** Returns whether they come from stdin. */
  boolean stdin() {
    return stdin;
  }

  /**
   * Reads them on a thread of its own, which the end of the process may catch anywhere.
   *
   * @param wanted a permit for each input that may be read
   * @param sink is handed each input, on that thread
   * @param end is run once after the last; with what went wrong, or null
   */
  void read(Semaphore wanted, Consumer<String> sink, Consumer<@Nullable IOException> end) {
    Thread.ofPlatform()
        .daemon()
        .name("outlive-cli-inputs")
        .start(
            () -> {
              try {
                hand(given.iterator(), wanted, sink);
                handLines(wanted, sink);
                end.accept(null);
              } catch (IOException e) {
                end.accept(e);
              } catch (InterruptedException e) {
                end.accept(new IOException("interrupted while reading", e));
              }
            });
  }

  private static void hand(Iterator<String> inputs, Semaphore wanted, Consumer<String> sink)
      throws InterruptedException {
    while (inputs.hasNext()) {
      wanted.acquire();
      sink.accept(inputs.next());
    }
  }

  private void handLines(Semaphore wanted, Consumer<String> sink)
      throws IOException, InterruptedException {
    if (file == null && !stdin) {
      return;
    }
    try (BufferedReader lines = open()) {
      while (true) {
        wanted.acquire();
        String line = lines.readLine();
        if (line == null) {
          return;
        }
        sink.accept(line);
      }
    }
  }

  /** Bytes that are not UTF-8 are an error: replaced, they would name something else. */
  private BufferedReader open() throws IOException {
    return file == null
        ? new BufferedReader(
            new InputStreamReader(new FileInputStream(FileDescriptor.in), UTF_8.newDecoder()))
        : Files.newBufferedReader(file, UTF_8);
  }
}
