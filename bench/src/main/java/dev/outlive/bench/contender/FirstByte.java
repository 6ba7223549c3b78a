package dev.outlive.bench.contender;

/** The program that says that a bare JVM runs, and ends. */
public final class FirstByte {
  private FirstByte() {}

  /** Writes a byte. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) {
    System.out.write(1);
    System.out.flush();
  }
}
