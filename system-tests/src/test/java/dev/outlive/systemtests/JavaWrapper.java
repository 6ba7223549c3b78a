package dev.outlive.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A Java home whose java does something in sh first, such as setting a limit. */
public final class JavaWrapper {
  private JavaWrapper() {}

  /** Returns a home in that directory; its java runs the line, then this JVM's own java. */
  public static Path home(Path directory, String line) throws IOException {
    Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
    Path real = Path.of(System.getProperty("java.home"), "bin", "java");
    Files.writeString(java, "#!/bin/sh\n" + line + "\nexec '" + real + "' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }
}
