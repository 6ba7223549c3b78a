package dev.outlive.os;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Loses its standard streams, mends them, and says what they were in between. */
final class Mender {
  private Mender() {}

  public static void main(String[] arguments) throws IOException {
    Optional<StandardStreams> kept = StandardStreams.keep();
    List<String> before = targets();
    new FileInputStream(FileDescriptor.in).close(); // the JDK puts /dev/null in their place
    new FileOutputStream(FileDescriptor.out).close();
    List<String> lost = targets();
    kept.ifPresent(StandardStreams::restore);
    List<String> mended = targets();
    System.err.println(kept.isPresent() + " " + !lost.equals(before) + " " + mended.equals(before));
  }

  private static List<String> targets() {
    return IntStream.range(0, 3).mapToObj(i -> OwnProcess.target(i).orElse("closed")).toList();
  }
}
