package dev.outlive.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command {@code outlive}. */
@Command(
    name = "outlive",
    description = "Runs Java functions in processes that may die.",
    synopsisSubcommandLabel = "(map | demo | doctor)",
    subcommands = {MapCommand.class, DemoCommand.class, DoctorCommand.class},
    mixinStandardHelpOptions = true,
    version = "outlive 0.1.0-SNAPSHOT")
public final class Main {
  private Main() {}

  /**
   * Runs a command and exits with its status.
   *
   * @param arguments as {@code outlive --help} explains them
   */
  public static void main(String[] arguments) {
    CommandLine commands =
        new CommandLine(new Main())
            .setExpandAtFiles(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((e, given) -> refuse(e, String.valueOf(e.getMessage())))
            .setExecutionExceptionHandler(Main::failed);
    System.exit(commands.execute(arguments));
  }

  private static int refuse(ParameterException e, String sentence) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    System.err.println("outlive: " + sentence);
    System.err.println("Try: " + command + " --help");
    return ExitStatus.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult given)
      throws Exception {
    if (e instanceof UsageException) {
      System.err.println("outlive: " + e.getMessage());
      return ExitStatus.USAGE;
    }
    throw e;
  }
}
