package dev.outlive.bench.survival;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The command {@code bench/survival}: plays each row against each contender, each in a process of
 * its own, and prints the table. Its lines of progress go to stderr.
 */
public final class Survival {
  private static final int NOT_AS_DUE = 1;
  private static final int USAGE = 2;

  private final Options options;
  private final Report report;
  private final PrintStream progress;

  private Survival(Options options, PrintStream progress) {
    this.options = options;
    this.report = new Report(options);
    this.progress = progress;
  }

  /**
   * Runs it and exits.
   *
   * @param arguments see {@link Options#USAGE}
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream errors = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    if (List.of(arguments).contains("--help")) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8).print(Options.USAGE);
      return;
    }
    if (!Files.isDirectory(Path.of("/proc/self"))) {
      errors.println("bench/survival needs Linux: it finds what is left behind in /proc");
      System.exit(USAGE);
    }
    try {
      boolean asDue = new Survival(Options.parse(List.of(arguments)), errors).run();
      System.exit(asDue ? 0 : NOT_AS_DUE);
    } catch (IllegalArgumentException e) {
      errors.println("bench/survival: " + e.getMessage());
      errors.print(Options.USAGE);
      System.exit(USAGE);
    }
  }

  private boolean run() throws IOException, InterruptedException {
    Set<Contender> present = present();
    for (int round = 1; round <= options.times(); round++) {
      for (Row row : options.rows()) {
        for (Contender contender : present) {
          play(row, contender, round);
        }
      }
    }
    String table = report.markdown();
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(table);
    write(options.markdown(), table);
    write(options.json(), report.json());
    return report.isAsDue();
  }

  private Set<Contender> present() throws IOException, InterruptedException {
    Set<Contender> present = EnumSet.noneOf(Contender.class);
    for (Contender contender : options.contenders()) {
      Optional<String> version = contender.version();
      if (version.isPresent()) {
        present.add(contender);
        report.present(contender, version.get());
      } else {
        report.absent(contender);
      }
    }
    return present;
  }

  private void play(Row row, Contender contender, int round)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Observations seen = Trial.of(contender, row, options.faulty());
    Verdict verdict = report.add(row, contender, round, seen);
    progress.printf(
        "%3d  %-15s  %-13s  %5.1f s  %s%n",
        round, row.id(), contender.id, (System.nanoTime() - start) / 1e9, verdict);
    if (!verdict.isGreen() && contender.isOutlive()) {
      progress.println("     " + seen);
    }
  }

  private static void write(Optional<Path> file, String text) throws IOException {
    if (file.isPresent()) {
      Path _ = Files.writeString(file.get(), text);
    }
  }
}
