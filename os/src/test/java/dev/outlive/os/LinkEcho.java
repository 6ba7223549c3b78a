package dev.outlive.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A worker that has a nosy child before it sends its link's input back. */
final class LinkEcho {
  private LinkEcho() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StartLine line = StartLine.valueOf(arguments[0]);
    InputStream in = StartLine.openLinkInput(line);
    OutputStream out = StartLine.openLinkOutput(line);
    if (line == StartLine.PLAIN) {
      System.setOut(System.err);
    } else {
      new ProcessBuilder("sh", "-c", "cat; ls -l /proc/$$/fd").inheritIO().start().waitFor();
    }
    System.out.println("stray text");
    in.transferTo(out);
    out.flush();
  }
}
