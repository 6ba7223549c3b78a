package dev.outlive.internal.local;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A program that prints what it was given, one per line, each character as a number. */
public final class SayArguments {
  private SayArguments() {}

  /** Prints its system property {@code said} and its arguments. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(codes(System.getProperty("said", "")));
    for (String argument : args) {
      out.println(codes(argument));
    }
  }

  static String codes(String text) {
    StringBuilder codes = new StringBuilder("=");
    text.chars().forEach(code -> codes.append(' ').append(code));
    return codes.toString();
  }
}
