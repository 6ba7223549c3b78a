package dev.outlive.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outlive doctor}: what this machine lets Outlive see and enforce. */
@Command(
    name = "doctor",
    description =
        "Says what this machine lets Outlive see and enforce, what follows from that, and what to"
            + " do to have more. Looks at this machine only, and leaves nothing behind.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all that is needed is here; the rest are notes",
      "1:there is no JDK 25 that can be started, or no writable temporary directory",
      "2:the command cannot be run as it was given"
    })
final class DoctorCommand implements Callable<Integer> {
  /** Set by the launcher: the width of the terminal that stdout is; 0 if it is none. */
  private static final String COLUMNS = "outlive.columns";

  @Option(names = "--json", description = "One JSON object for each check on stdout.")
  private boolean json;

  @Override
  public Integer call() {
    List<Check> checks = DoctorWords.of(DoctorLook.aroundHere());
    int columns = Integer.getInteger(COLUMNS, 0);
    List<String> lines;
    if (json) {
      lines = DoctorTable.json(checks);
    } else if (columns > 0) {
      lines = DoctorTable.forTerminal(checks, columns);
    } else {
      lines = DoctorTable.plain(checks);
    }
    Terminal terminal = Terminal.ofProcess();
    lines.forEach(terminal.out()::println);
    terminal.out().flush();
    boolean missing = checks.stream().anyMatch(check -> check.state() == Check.State.MISSING);
    return missing ? ExitStatus.SOMETHING_MISSING : ExitStatus.ALL_DONE;
  }
}
