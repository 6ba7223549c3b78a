package dev.outlive.examples.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A document that is a program of somebody else: its first line names what it does, the rest is its
 * text. Three of the four actions are ways in which plug-ins go wrong.
 */
final class PlugIn {
  private PlugIn() {}

  /** Runs the plug-in; its text is the answer, if it comes to that. */
  static String run(Path file) throws IOException, InterruptedException {
    String plugIn = Files.readString(file);
    int end = plugIn.indexOf('\n') < 0 ? plugIn.length() : plugIn.indexOf('\n');
    String action = plugIn.substring(0, end).strip();
    switch (action) {
      case "print" -> {}
      case "exit" -> System.exit(0);
      case "kill" -> killOwnProcess();
      case "throw" -> throw undecodable(file);
      default -> throw new IOException("plug-in " + file + " has no action \"" + action + "\"");
    }
    return plugIn.substring(end);
  }

  /** By a shell, since {@link ProcessHandle#destroyForcibly} refuses to kill its own process. */
  private static void killOwnProcess() throws IOException, InterruptedException {
    String kill = "kill -9 " + ProcessHandle.current().pid();
    int status = new ProcessBuilder("sh", "-c", kill).start().waitFor();
    throw new IOException("this process outlived kill -9, whose exit code was " + status);
  }

  private static PlugInException undecodable(Path file) {
    PlugInException thrown =
        new PlugInException(
            "plug-in " + file.getFileName() + " found 3 pages where its index lists 5",
            new IllegalStateException("page 4 has no content"));
    thrown.addSuppressed(new IOException("the index could not be closed"));
    return thrown;
  }
}
